"""How both distributions are built, checked and tried; see docs/release.md."""
