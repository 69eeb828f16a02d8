package io.meltemi.model.config;

import java.util.List;

/// Which end-user tokens are accepted (Istio: `security.istio.io/v1 RequestAuthentication`).
/// Immutable.
///
/// A request without a token passes; one with a bad token gets 401.
public record RequestAuthentication(
        Metadata metadata, WorkloadSelector selector, List<JwtRule> jwtRules)
        implements ConfigResource {
    public RequestAuthentication {
        jwtRules = List.copyOf(jwtRules);
    }

    @Override
    public Kind kind() {
        return Kind.REQUEST_AUTHENTICATION;
    }

    /// @param audiences empty: any
    /// @param jwks the key set itself, as JSON
    public record JwtRule(
            String issuer, List<String> audiences, String jwks, boolean forwardOriginalToken) {
        public JwtRule {
            audiences = List.copyOf(audiences);
        }
    }
}
