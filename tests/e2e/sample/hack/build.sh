#!/bin/sh
export CGO_ENABLED=0
exec go install ./cmd/app
