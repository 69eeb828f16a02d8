package io.meltemi.citadel.issuer;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import java.util.Map;
import java.util.Optional;

/// Whom a token speaks for. Immutable.
public sealed interface IdentityRule {
    /// What is written for [ServiceAccount].
    String SERVICE_ACCOUNT = "service-account";

    /// Namespace and service account are put together from claims.
    record Template(ClaimText namespace, ClaimText serviceAccount) implements IdentityRule {}

    /// Kubernetes: the subject is `system:serviceaccount:NAMESPACE:NAME`.
    record ServiceAccount() implements IdentityRule {}

    /// @param text [#SERVICE_ACCOUNT], or a template such as
    ///   `spiffe://{trust-domain}/ns/{namespace}/sa/{sub}`: a claim inside another is written
    ///   `{kubernetes.io/namespace}`
    /// @param trustDomain of the mesh: certificates of other domains are not its to sign
    /// @throws IllegalArgumentException that says what is wrong with the text
    static IdentityRule parse(String text, TrustDomain trustDomain) {
        if (text.equals(SERVICE_ACCOUNT)) {
            return new ServiceAccount();
        }
        return TemplateText.parse(text, trustDomain);
    }

    /// @throws RefusedTokenException when the claims name nobody
    default SpiffeId identify(Map<String, Object> claims, TrustDomain trustDomain)
            throws RefusedTokenException {
        return switch (this) {
            case Template(var namespace, var account) ->
                    new SpiffeId(trustDomain, namespace.fill(claims), account.fill(claims));
            case ServiceAccount() -> account(claims, trustDomain);
        };
    }

    private static SpiffeId account(Map<String, Object> claims, TrustDomain trustDomain)
            throws RefusedTokenException {
        String subject = claims.get("sub") instanceof String text ? text : "";
        Optional<ServiceAccountName> name = ServiceAccountName.parse(subject);
        if (name.isEmpty()) {
            throw new RefusedTokenException(
                    "its subject is not of the form system:serviceaccount:NAMESPACE:NAME");
        }
        return name.get().in(trustDomain);
    }
}
