#!/bin/sh
exec go install ./cmd/app
