"""The native door: the plugin `pulumi-resource-trtc`, for programs in every Pulumi language."""
