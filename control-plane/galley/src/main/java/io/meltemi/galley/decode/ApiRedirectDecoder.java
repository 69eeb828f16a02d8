package io.meltemi.galley.decode;

import io.meltemi.galley.gatewayapi.RouteRule.PathChange;
import io.meltemi.galley.gatewayapi.RouteRule.Redirect;
import io.meltemi.galley.gatewayapi.RouteRule.Rewrite;
import java.util.List;
import java.util.Optional;

/// Reads a `requestRedirect` and a `urlRewrite`. Immutable.
final class ApiRedirectDecoder {
    private static final int FOUND = 302;

    private ApiRedirectDecoder() {}

    static Redirect redirect(ObjectReader redirect) {
        Optional<String> scheme = redirect.string("scheme").filter(s -> !s.isEmpty());
        scheme.filter(s -> !List.of("http", "https").contains(s))
                .ifPresent(s -> redirect.wrongChoice("scheme", s, List.of("http", "https")));
        int code = redirect.integer("statusCode").orElse(FOUND);
        if (!List.of(301, FOUND, 303, 307, 308).contains(code)) {
            redirect.wrongChoice(
                    "statusCode",
                    Integer.toString(code),
                    List.of("301", "302", "303", "307", "308"));
        }
        return new Redirect(
                scheme,
                redirect.string("hostname").filter(h -> !h.isEmpty()),
                redirect.object("path", ApiRedirectDecoder::path).flatMap(p -> p),
                redirect.integer("port"),
                code);
    }

    static Rewrite rewrite(ObjectReader rewrite) {
        return new Rewrite(
                rewrite.string("hostname").filter(h -> !h.isEmpty()),
                rewrite.object("path", ApiRedirectDecoder::path).flatMap(p -> p));
    }

    private static Optional<PathChange> path(ObjectReader path) {
        String type = path.requiredString("type");
        Optional<String> full = path.string("replaceFullPath");
        Optional<String> prefix = path.string("replacePrefixMatch");
        return switch (type) {
            case "ReplaceFullPath" -> {
                if (full.isEmpty()) {
                    path.missing("replaceFullPath");
                }
                yield full.map(PathChange.Full::new);
            }
            case "ReplacePrefixMatch" -> {
                if (prefix.isEmpty()) {
                    path.missing("replacePrefixMatch");
                }
                yield prefix.map(PathChange.Prefix::new);
            }
            default -> {
                path.wrongChoice("type", type, List.of("ReplaceFullPath", "ReplacePrefixMatch"));
                yield Optional.empty();
            }
        };
    }
}
