package io.meltemi.galley.decode;

import com.google.re2j.Pattern;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.gatewayapi.RouteRule.Filters;
import io.meltemi.galley.gatewayapi.RouteRule.Mirror;
import io.meltemi.galley.gatewayapi.RouteRule.PathChange;
import io.meltemi.galley.gatewayapi.RouteRule.Redirect;
import io.meltemi.galley.gatewayapi.RouteRule.Rewrite;
import io.meltemi.model.config.HttpRoute.CorsPolicy;
import io.meltemi.model.config.HttpRoute.HeaderChange;
import io.meltemi.model.config.HttpRoute.HeaderOperations;
import io.meltemi.model.config.HttpRoute.UnmatchedPreflights;
import io.meltemi.model.config.StringMatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads the `filters` of a rule, and of a backend. Immutable.
final class ApiFilterDecoder {
    private static final double ALL = 100;
    private static final int FOUND = 302;
    private static final int PREFLIGHT_SECONDS = 5;
    private static final List<String> TYPES =
            List.of(
                    "RequestHeaderModifier",
                    "ResponseHeaderModifier",
                    "RequestMirror",
                    "RequestRedirect",
                    "URLRewrite",
                    "CORS");

    private ApiFilterDecoder() {}

    /// One filter: exactly what its type says.
    private record Filter(
            String type,
            Optional<HeaderChange> request,
            Optional<HeaderChange> response,
            Optional<Redirect> redirect,
            Optional<Rewrite> rewrite,
            Optional<Mirror> mirror,
            Optional<CorsPolicy> cors) {}

    static Filters ofRule(ObjectReader rule) {
        List<Filter> all = unique(rule);
        return new Filters(
                headers(all),
                all.stream().flatMap(f -> f.redirect().stream()).findFirst(),
                all.stream().flatMap(f -> f.rewrite().stream()).findFirst(),
                all.stream().flatMap(f -> f.mirror().stream()).toList(),
                all.stream().flatMap(f -> f.cors().stream()).findFirst());
    }

    /// Istio: of one backend only the headers are changed.
    static HeaderOperations ofBackend(ObjectReader backend) {
        List<Filter> all = unique(backend);
        for (int i = 0; i < all.size(); i++) {
            Filter filter = all.get(i);
            if (filter.request().isEmpty() && filter.response().isEmpty()) {
                backend.findings()
                        .judge(
                                Code.NOT_SUPPORTED,
                                backend.path().field("filters").item(i),
                                "filter %s of a single backend is not supported: write it under the rule's filters"
                                        .formatted(filter.type()));
            }
        }
        return headers(all);
    }

    private static HeaderOperations headers(List<Filter> all) {
        return new HeaderOperations(
                all.stream()
                        .flatMap(f -> f.request().stream())
                        .findFirst()
                        .orElse(HeaderChange.NONE),
                all.stream()
                        .flatMap(f -> f.response().stream())
                        .findFirst()
                        .orElse(HeaderChange.NONE));
    }

    private static List<Filter> unique(ObjectReader holder) {
        List<Filter> all = holder.list("filters", ApiFilterDecoder::filter);
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            String type = all.get(i).type();
            if (seen.contains(type) && !type.equals("RequestMirror")) {
                holder.findings()
                        .judge(
                                Code.SCHEMA,
                                holder.path().field("filters").item(i),
                                "filter %s may stand once only".formatted(type));
            }
            seen.add(type);
        }
        return all;
    }

    private static Filter filter(ObjectReader filter) {
        filter.notYet("extensionRef", "externalAuth");
        String type = filter.requiredString("type");
        switch (type) {
            case "ExtensionRef", "ExternalAuth" -> filter.unsupported("type", "filter " + type);
            case "" -> {}
            default -> {
                if (!TYPES.contains(type)) {
                    filter.wrongChoice("type", type, TYPES);
                }
            }
        }
        Filter read =
                new Filter(
                        type,
                        filter.object("requestHeaderModifier", ApiFilterDecoder::change),
                        filter.object("responseHeaderModifier", ApiFilterDecoder::change),
                        filter.object("requestRedirect", ApiFilterDecoder::redirect),
                        filter.object("urlRewrite", ApiFilterDecoder::rewrite),
                        filter.object("requestMirror", ApiFilterDecoder::mirror),
                        filter.object("cors", ApiFilterDecoder::cors));
        agrees(filter, read);
        return read;
    }

    /// The field that belongs to the type, and no other.
    private static void agrees(ObjectReader filter, Filter read) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("RequestHeaderModifier", "requestHeaderModifier");
        fields.put("ResponseHeaderModifier", "responseHeaderModifier");
        fields.put("RequestRedirect", "requestRedirect");
        fields.put("URLRewrite", "urlRewrite");
        fields.put("RequestMirror", "requestMirror");
        fields.put("CORS", "cors");
        fields.forEach((type, field) -> {
            if (type.equals(read.type()) && !filter.has(field)) {
                filter.missing(field);
            } else if (!type.equals(read.type()) && filter.has(field)) {
                filter.findings()
                        .judge(
                                Code.SCHEMA,
                                filter.path().field(field),
                                "%s belongs to a filter of type %s, not %s"
                                        .formatted(field, type, ObjectReader.shown(read.type())));
            }
        });
    }

    private static HeaderChange change(ObjectReader change) {
        return new HeaderChange(
                headerValues(change, "set"), headerValues(change, "add"), change.strings("remove"));
    }

    private record Header(String name, String value) {}

    private static Map<String, String> headerValues(ObjectReader change, String field) {
        Map<String, String> values = new LinkedHashMap<>();
        List<Header> headers =
                change.list(
                        field,
                        h -> new Header(h.requiredString("name"), h.requiredString("value")));
        for (int i = 0; i < headers.size(); i++) {
            Header header = headers.get(i);
            boolean twice =
                    values.keySet().stream().anyMatch(n -> n.equalsIgnoreCase(header.name()));
            if (twice) {
                change.findings()
                        .judge(
                                Code.SCHEMA,
                                change.path().field(field).item(i),
                                "header '%s' stands twice"
                                        .formatted(ObjectReader.shown(header.name())));
            } else {
                values.put(header.name(), header.value());
            }
        }
        return values;
    }

    private static Redirect redirect(ObjectReader redirect) {
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
                redirect.object("path", ApiFilterDecoder::path).flatMap(p -> p),
                redirect.integer("port"),
                code);
    }

    private static Rewrite rewrite(ObjectReader rewrite) {
        return new Rewrite(
                rewrite.string("hostname").filter(h -> !h.isEmpty()),
                rewrite.object("path", ApiFilterDecoder::path).flatMap(p -> p));
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

    private static Mirror mirror(ObjectReader mirror) {
        OptionalInt percent = mirror.integer("percent");
        Optional<Double> fraction = mirror.object("fraction", ApiFilterDecoder::fraction);
        if (percent.isPresent() && fraction.isPresent()) {
            mirror.exclusive("percent", "fraction");
        }
        double share = fraction.orElse(percent.isPresent() ? percent.getAsInt() : ALL);
        if (share < 0 || share > ALL) {
            mirror.findings()
                    .judge(
                            Code.SCHEMA,
                            mirror.path(),
                            "a mirror gets between 0 and all of the requests");
        }
        return new Mirror(
                mirror.object("backendRef", ApiRouteDecoder::reference)
                        .orElseGet(() -> {
                            mirror.missing("backendRef");
                            return ApiRouteDecoder.NOBODY;
                        }),
                share);
    }

    private static double fraction(ObjectReader fraction) {
        if (!fraction.has("numerator")) {
            fraction.missing("numerator");
        }
        int denominator = fraction.integer("denominator").orElse(100);
        return denominator <= 0 ? -1 : ALL * fraction.integer("numerator").orElse(0) / denominator;
    }

    private static CorsPolicy cors(ObjectReader cors) {
        return new CorsPolicy(
                cors.strings("allowOrigins").stream().map(ApiFilterDecoder::origin).toList(),
                cors.strings("allowMethods"),
                cors.strings("allowHeaders"),
                cors.strings("exposeHeaders"),
                Optional.of(Duration.ofSeconds(cors.integer("maxAge").orElse(PREFLIGHT_SECONDS))),
                cors.bool("allowCredentials"),
                UnmatchedPreflights.IGNORE);
    }

    /// A star stands for any part of an origin.
    private static StringMatch origin(String written) {
        if (!written.contains("*")) {
            return new StringMatch.Exact(written);
        }
        return new StringMatch.Regex(Pattern.quote(written).replace("\\*", ".*"));
    }
}
