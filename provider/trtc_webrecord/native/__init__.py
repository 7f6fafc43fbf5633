"""The native provider: the plugin `pulumi-resource-trtc`, for programs in every Pulumi language."""
