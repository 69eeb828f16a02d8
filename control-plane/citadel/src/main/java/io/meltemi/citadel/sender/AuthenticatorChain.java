package io.meltemi.citadel.sender;

import java.util.List;
import java.util.StringJoiner;

/// Asks one authenticator after the other; the first that knows the caller counts. Thread-safe; may
/// block.
///
/// As in Istio, a credential that proves nothing does not end the asking: the same `authorization`
/// may hold a join token, or the token of any issuer.
public final class AuthenticatorChain {
    private final List<Authenticator> authenticators;

    public AuthenticatorChain(List<Authenticator> authenticators) {
        this.authenticators = List.copyOf(authenticators);
    }

    /// @return never `NothingShown`: who shows nothing is refused
    public Verdict authenticate(Credentials credentials) {
        StringJoiner reasons = new StringJoiner("; ");
        boolean isUnreachable = false;
        for (Authenticator authenticator : authenticators) {
            switch (authenticator.authenticate(credentials)) {
                case Verdict.Proven proven -> {
                    return proven;
                }
                case Verdict.Refused(String why) -> reasons.add(authenticator.name() + ": " + why);
                case Verdict.Unreachable(String why) -> {
                    isUnreachable = true;
                    reasons.add(authenticator.name() + ": " + why);
                }
                case Verdict.NothingShown() -> {}
            }
        }
        if (isUnreachable) {
            return new Verdict.Unreachable(reasons.toString());
        }
        return new Verdict.Refused(
                reasons.length() == 0
                        ? "neither a client certificate nor a token"
                        : reasons.toString());
    }
}
