#!/bin/sh
echo v1.2.3
