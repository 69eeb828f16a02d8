package io.meltemi.citadel.sender;

import io.meltemi.base.identity.SpiffeId;

/// What one authenticator, or all of them, say of a caller. Immutable. A reason never holds a
/// token: it is written down.
public sealed interface Verdict {
    /// It is this one.
    record Proven(SpiffeId identity, Proof proof) implements Verdict {}

    /// What the caller shows proves nothing.
    record Refused(String why) implements Verdict {}

    /// Whoever would know cannot be asked now: the same caller may be let in later.
    record Unreachable(String why) implements Verdict {}

    /// The caller shows nothing of the kind that is looked at here.
    record NothingShown() implements Verdict {}
}
