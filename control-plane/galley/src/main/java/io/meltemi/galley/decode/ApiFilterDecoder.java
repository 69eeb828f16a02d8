package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.gatewayapi.GatewayApiKind;
import io.meltemi.galley.gatewayapi.RouteRule.Filters;
import io.meltemi.galley.gatewayapi.RouteRule.Mirror;
import io.meltemi.galley.gatewayapi.RouteRule.Redirect;
import io.meltemi.galley.gatewayapi.RouteRule.Rewrite;
import io.meltemi.model.config.HttpRoute.CorsPolicy;
import io.meltemi.model.config.HttpRoute.HeaderChange;
import io.meltemi.model.config.HttpRoute.HeaderOperations;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Reads the `filters` of a rule, and of a backend. Immutable.
///
/// @param types that a route of the kind can have
record ApiFilterDecoder(List<ApiFilterType> types) {
    ApiFilterDecoder {
        types = List.copyOf(types);
    }

    static ApiFilterDecoder of(GatewayApiKind route) {
        return new ApiFilterDecoder(ApiFilterType.of(route));
    }

    /// One filter: exactly what its type says.
    private record Filter(
            String type,
            Optional<HeaderChange> request,
            Optional<HeaderChange> response,
            Optional<Redirect> redirect,
            Optional<Rewrite> rewrite,
            Optional<Mirror> mirror,
            Optional<CorsPolicy> cors) {}

    Filters ofRule(ObjectReader rule) {
        List<Filter> all = unique(rule);
        return new Filters(
                headers(all),
                first(all, Filter::redirect),
                first(all, Filter::rewrite),
                all.stream().flatMap(f -> f.mirror().stream()).toList(),
                first(all, Filter::cors));
    }

    /// Istio: of one backend only the headers are changed.
    HeaderOperations ofBackend(ObjectReader backend) {
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
                first(all, Filter::request).orElse(HeaderChange.NONE),
                first(all, Filter::response).orElse(HeaderChange.NONE));
    }

    private static <T> Optional<T> first(List<Filter> all, Function<Filter, Optional<T>> part) {
        return all.stream().flatMap(f -> part.apply(f).stream()).findFirst();
    }

    private List<Filter> unique(ObjectReader holder) {
        List<Filter> all = holder.list("filters", this::filter);
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            String type = all.get(i).type();
            if (seen.contains(type) && !type.equals(ApiFilterType.MIRROR.text())) {
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

    private Filter filter(ObjectReader filter) {
        String type = filter.requiredString("type");
        Optional<ApiFilterType> known = ApiFilterType.named(type).filter(types::contains);
        if (known.filter(t -> !t.isServed()).isPresent()) {
            filter.unsupported("type", "filter " + type);
        } else if (known.isEmpty() && !type.isEmpty()) {
            filter.wrongChoice(
                    "type",
                    type,
                    types.stream()
                            .filter(ApiFilterType::isServed)
                            .map(ApiFilterType::text)
                            .toList());
        }
        Filter read =
                new Filter(
                        type,
                        part(filter, ApiFilterType.REQUEST_HEADERS, ApiHeaderChangeDecoder::decode),
                        part(
                                filter,
                                ApiFilterType.RESPONSE_HEADERS,
                                ApiHeaderChangeDecoder::decode),
                        part(filter, ApiFilterType.REDIRECT, ApiRedirectDecoder::redirect),
                        part(filter, ApiFilterType.REWRITE, ApiRedirectDecoder::rewrite),
                        part(filter, ApiFilterType.MIRROR, ApiMirrorDecoder::decode),
                        part(filter, ApiFilterType.CORS, ApiCorsDecoder::decode));
        types.forEach(t -> agrees(filter, t, type));
        return read;
    }

    /// A field of a type that the route cannot have stays unread, and is reported so.
    private <T> Optional<T> part(
            ObjectReader filter, ApiFilterType type, Function<ObjectReader, T> decoder) {
        return types.contains(type) ? filter.object(type.field(), decoder) : Optional.empty();
    }

    /// The field that belongs to the type, and no other.
    private static void agrees(ObjectReader filter, ApiFilterType type, String written) {
        boolean meant = type.text().equals(written);
        if (!type.isServed()) {
            filter.notYet(type.field());
        } else if (meant && !filter.has(type.field())) {
            filter.missing(type.field());
        } else if (!meant && filter.has(type.field())) {
            filter.findings()
                    .judge(
                            Code.SCHEMA,
                            filter.path().field(type.field()),
                            "%s belongs to a filter of type %s, not %s"
                                    .formatted(
                                            type.field(),
                                            type.text(),
                                            ObjectReader.shown(written)));
        }
    }
}
