package io.meltemi.galley.decode;

import com.google.re2j.Pattern;
import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.StringMatch;
import java.util.List;
import java.util.Optional;

/// Reads one entry under `matches` of a `GRPCRoute`. Immutable.
///
/// gRPC over HTTP/2: a call is a request to `/SERVICE/METHOD`.
final class ApiGrpcMatchDecoder {
    private static final String EXACT = "Exact";
    private static final String REGEX = "RegularExpression";
    private static final String ANY_SERVICE = "[^/]+";
    private static final String ANY_METHOD = ".+";
    private static final Pattern SERVICE =
            Pattern.compile("(?i)\\.?[a-z_][a-z_0-9]*(\\.[a-z_][a-z_0-9]*)*");
    private static final Pattern METHOD = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");

    private ApiGrpcMatchDecoder() {}

    /// @return without a path where the method does not matter
    static HttpMatchRequest decode(ObjectReader match) {
        return ApiMatchDecoder.request(
                match.object("method", ApiGrpcMatchDecoder::path).flatMap(p -> p),
                Optional.empty(),
                ApiMatchDecoder.headers(match),
                ApiMatchDecoder.NO_VALUES);
    }

    private static Optional<StringMatch> path(ObjectReader method) {
        String type = method.string("type").orElse(EXACT);
        Optional<String> service = method.string("service");
        Optional<String> name = method.string("method");
        if (service.isEmpty() && name.isEmpty()) {
            method.findings()
                    .judge(
                            Code.SCHEMA,
                            method.path(),
                            "a match of the method needs service or method, or both");
            return Optional.empty();
        }
        return switch (type) {
            case EXACT -> {
                check(method, "service", service, SERVICE);
                check(method, "method", name, METHOD);
                yield Optional.of(exact(service, name));
            }
            case REGEX -> Optional.of(regex(service, name));
            default -> {
                method.wrongChoice("type", type, List.of(EXACT, REGEX));
                yield Optional.empty();
            }
        };
    }

    private static StringMatch exact(Optional<String> service, Optional<String> name) {
        if (service.isEmpty()) {
            // Its characters mean themselves.
            return regex(service, name);
        }
        return name.<StringMatch>map(n -> new StringMatch.Exact("/" + service.get() + "/" + n))
                .orElseGet(() -> new StringMatch.Prefix("/" + service.get() + "/"));
    }

    private static StringMatch regex(Optional<String> service, Optional<String> name) {
        return new StringMatch.Regex(
                "/" + service.orElse(ANY_SERVICE) + "/" + name.orElse(ANY_METHOD));
    }

    private static void check(
            ObjectReader method, String field, Optional<String> value, Pattern allowed) {
        value.filter(v -> !allowed.matches(v))
                .ifPresent(v ->
                        method.findings()
                                .judge(
                                        Code.SCHEMA,
                                        method.path().field(field),
                                        "%s '%s' is no name in a .proto file: letters, digits and '_', and '.' between the parts of a service"
                                                .formatted(field, ObjectReader.shown(v))));
    }
}
