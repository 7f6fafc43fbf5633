"""The environment variables that this package reads. No other module writes the name of one.

Those of a setting are in the setting's field; OTHERS says what the rest is. From both come the
tables of docs/installation-configuration.md.
"""

# ruff: noqa: S105  (names of variables, which are no secrets)

from __future__ import annotations

ENDPOINT = "TRTC_ENDPOINT"
REGION = "TENCENTCLOUD_REGION"
SECRET_ID = "TENCENTCLOUD_SECRET_ID"
SECRET_KEY = "TENCENTCLOUD_SECRET_KEY"
SECURITY_TOKEN = ("TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_TOKEN")
"""The first one that is set."""
PROFILE = "TENCENTCLOUD_PROFILE"
SHARED_CREDENTIALS_DIR = "TENCENTCLOUD_SHARED_CREDENTIALS_DIR"

ASSUME_ROLE = "TENCENTCLOUD_ASSUME_ROLE_"
"""The prefix of a role's variables, those of the vendor's Terraform provider."""

TKE_ROLE_ARN = "TKE_ROLE_ARN"
TKE_PROVIDER_ID = "TKE_PROVIDER_ID"
TKE_WEB_IDENTITY_TOKEN_FILE = "TKE_WEB_IDENTITY_TOKEN_FILE"

CA_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""`requests` reads them; the vendor's client, which assumes roles, overrides that."""
SSL_CERT_FILE = "SSL_CERT_FILE"

PROXIES = ("https_proxy", "http_proxy", "all_proxy")
"""`requests` reads them, also in capitals."""
NO_PROXY = "no_proxy"

PATH = "PATH"
RECORD_URL = "RECORD_URL"
PULUMI_CONFIG = "PULUMI_CONFIG"
PULUMI_HOME = "PULUMI_HOME"
PULUMI_IGNORE_AMBIENT_PLUGINS = "PULUMI_IGNORE_AMBIENT_PLUGINS"
PULUMI_SKIP_CHECKPOINTS = "PULUMI_SKIP_CHECKPOINTS"

OTHERS = {
    (*PROXIES, NO_PROXY): "Proxies, and the hosts without one; also in capitals.",
    CA_BUNDLES: "A file with the trusted certificates.",
    (SSL_CERT_FILE,): "Not read; `trtc-webrecord doctor` says whether it would help.",
    (TKE_ROLE_ARN, TKE_PROVIDER_ID, TKE_WEB_IDENTITY_TOKEN_FILE): "TKE's OIDC role; TKE sets them.",
    (PULUMI_HOME,): "Used RecordIds of the last days are kept here; default `~/.pulumi`.",
    (PULUMI_SKIP_CHECKPOINTS,): "See docs/growing.md.",
    (PULUMI_CONFIG,): "The stack's config; Pulumi sets it.",
    (PULUMI_IGNORE_AMBIENT_PLUGINS, PATH): "Where the engine finds plugins: `trtc-webrecord "
    "doctor`.",
    (RECORD_URL,): "The page of `trtc-webrecord assumptions`.",
}
"""What the variables are that belong to no setting."""
