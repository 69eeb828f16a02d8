package io.meltemi.citadel.issuer;

import io.meltemi.base.identity.TrustDomain;
import io.meltemi.citadel.issuer.ClaimText.Claim;
import io.meltemi.citadel.issuer.ClaimText.Literal;

/// Reads `spiffe://{trust-domain}/ns/{claim}/sa/{claim}`. Thread-safe: without state.
final class TemplateText {
    private static final String SCHEME = "spiffe://";
    private static final String SHAPE = "spiffe://{trust-domain}/ns/{claim}/sa/{claim}";

    private TemplateText() {}

    static IdentityRule.Template parse(String text, TrustDomain trustDomain) {
        String rest =
                text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : refuse(text, "scheme");
        String domain = rest.substring(0, Math.max(0, rest.indexOf('/')));
        if (!domain.equals("{trust-domain}") && !domain.equals(trustDomain.name())) {
            throw new IllegalArgumentException(
                    "'%s' is for the trust domain '%s', but this mesh signs for %s: write {trust-domain}"
                            .formatted(text, domain, trustDomain));
        }
        String path = rest.substring(domain.length());
        int account = path.indexOf("/sa/");
        if (!path.startsWith("/ns/") || account < 0) {
            refuse(text, "path");
        }
        return new IdentityRule.Template(
                segment(text, path.substring("/ns/".length(), account)),
                segment(text, path.substring(account + "/sa/".length())));
    }

    private static ClaimText segment(String whole, String text) {
        ClaimText parsed = ClaimText.parse(text);
        boolean isSegment =
                !parsed.parts().isEmpty()
                        && parsed.parts().stream()
                                .allMatch(part ->
                                        switch (part) {
                                            case Literal(String literal) ->
                                                    ClaimText.isSegment(literal);
                                            case Claim _ -> true;
                                        });
        if (!isSegment) {
            refuse(whole, "segment '" + text + "'");
        }
        return parsed;
    }

    private static String refuse(String text, String what) {
        throw new IllegalArgumentException(
                "'%s' has not the %s of an identity: expected %s, or %s"
                        .formatted(text, what, SHAPE, IdentityRule.SERVICE_ACCOUNT));
    }
}
