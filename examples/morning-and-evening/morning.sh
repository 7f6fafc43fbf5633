#!/bin/sh
# morning.sh STACK: starts the recording; leaves one that runs; starts anew one that has ended.
set -eu
cd "$(dirname "$0")"
pulumi up --stack "$1" --yes --skip-preview --refresh
