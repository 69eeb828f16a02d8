package io.meltemi.citadel.sender;

/// One way for a caller to prove who it is. Thread-safe; may block.
public interface Authenticator {
    /// What it looks at, in words that fit before a reason: `join token`.
    String name();

    Verdict authenticate(Credentials credentials);
}
