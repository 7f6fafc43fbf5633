"""The native plugin, as Pulumi starts it from this folder (`PulumiPlugin.yaml`)."""

from trtc_webrecord.native.server import main

main()
