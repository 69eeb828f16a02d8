package io.meltemi.model.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Which end-user tokens are accepted (Istio: `security.istio.io/v1 RequestAuthentication`).
/// Immutable.
///
/// A request without a token passes; one with a bad token gets 401.
///
/// @param targetRefs where there are some, the selector selects nothing
public record RequestAuthentication(
        Metadata metadata,
        WorkloadSelector selector,
        List<TargetRef> targetRefs,
        List<JwtRule> jwtRules)
        implements ConfigResource {
    public RequestAuthentication {
        targetRefs = List.copyOf(targetRefs);
        jwtRules = List.copyOf(jwtRules);
    }

    @Override
    public Kind kind() {
        return Kind.REQUEST_AUTHENTICATION;
    }

    /// One issuer of tokens.
    ///
    /// @param audiences empty: any
    /// @param timeout of fetching the keys; empty: 5 s
    /// @param spaceDelimitedClaims texts that policies are to see as lists, besides `scope` and
    ///   `permission`
    public record JwtRule(
            String issuer,
            List<String> audiences,
            Keys keys,
            Optional<Duration> timeout,
            Places places,
            Output output,
            List<String> spaceDelimitedClaims) {
        public JwtRule {
            audiences = List.copyOf(audiences);
            spaceDelimitedClaims = List.copyOf(spaceDelimitedClaims);
        }
    }

    /// What an issuer's tokens are checked with.
    public sealed interface Keys {
        /// @param jwks the key set itself, as JSON
        record Written(String jwks) implements Keys {}

        /// Somebody has to fetch them.
        record Fetched(KeySource from) implements Keys {}
    }

    /// Where a request carries its token; all empty: `authorization: Bearer TOKEN` or
    /// `?access_token=TOKEN`.
    ///
    /// @param fromParams of the query
    public record Places(
            List<TokenHeader> fromHeaders, List<String> fromParams, List<String> fromCookies) {
        public static final Places USUAL = new Places(List.of(), List.of(), List.of());

        public Places {
            fromHeaders = List.copyOf(fromHeaders);
            fromParams = List.copyOf(fromParams);
            fromCookies = List.copyOf(fromCookies);
        }
    }

    /// @param prefix stands before the token, with its space; empty: nothing does
    public record TokenHeader(String name, String prefix) {}

    /// What the service behind gets of a token that is good.
    ///
    /// @param payloadToHeader the header that gets the payload, as base64url
    /// @param forwardOriginalToken whether the token itself stays in the request
    public record Output(
            Optional<String> payloadToHeader,
            List<ClaimHeader> claimToHeaders,
            boolean forwardOriginalToken) {
        public static final Output NOTHING = new Output(Optional.empty(), List.of(), false);

        public Output {
            claimToHeaders = List.copyOf(claimToHeaders);
        }
    }

    /// @param claim may lead deeper: `address.city`
    public record ClaimHeader(String header, String claim) {}
}
