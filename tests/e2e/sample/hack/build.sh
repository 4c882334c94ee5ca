#!/bin/sh
export CGO_ENABLED=0
go install ./cmd/tool && tool
exec go install ./cmd/app
