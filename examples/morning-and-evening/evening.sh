#!/bin/sh
# evening.sh STACK: stops the recording.
set -eu
cd "$(dirname "$0")"
# A morning that was killed may have started a recording that the state does not have yet: adopt it.
if pulumi stack export --stack "$1" | grep -q '"pending_operations"'; then
    pulumi up --stack "$1" --yes --skip-preview
fi
pulumi destroy --stack "$1" --yes --skip-preview --run-program
