"""The practice model: small enough to learn the sample set on a laptop's processor."""
