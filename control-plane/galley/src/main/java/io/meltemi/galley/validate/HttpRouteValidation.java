package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.Destination;
import io.meltemi.model.config.VirtualService.HttpFault;
import io.meltemi.model.config.VirtualService.HttpMatchRequest;
import io.meltemi.model.config.VirtualService.HttpRetry;
import io.meltemi.model.config.VirtualService.HttpRoute;
import io.meltemi.model.config.VirtualService.HttpRouteDestination;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The rules of one HTTP route. Immutable.
final class HttpRouteValidation {
    /// Envoy's `retry_on` and `retry_grpc_on`.
    private static final Set<String> RETRY_ON =
            Set.of(
                    "5xx",
                    "gateway-error",
                    "reset",
                    "reset-before-request",
                    "connect-failure",
                    "envoy-ratelimited",
                    "retriable-4xx",
                    "refused-stream",
                    "retriable-status-codes",
                    "retriable-headers",
                    "http3-post-connect-failure",
                    "cancelled",
                    "deadline-exceeded",
                    "internal",
                    "resource-exhausted",
                    "unavailable");

    private HttpRouteValidation() {}

    static void validate(HttpRoute route, FieldPath path, Findings findings) {
        for (int i = 0; i < route.match().size(); i++) {
            match(route.match().get(i), path.field("match").item(i), findings);
        }
        if (route.route().isEmpty()) {
            findings.judge(Code.SCHEMA, path, "an HTTP route needs at least one destination");
        }
        destinations(route.route(), path.field("route"), findings);
        QuantityRules.durationOrZero(route.timeout(), path.field("timeout"), findings);
        route.retries().ifPresent(r -> retries(r, path.field("retries"), findings));
        route.fault().ifPresent(f -> fault(f, path.field("fault"), findings));
        route.rewrite()
                .filter(r -> r.uri().isEmpty() && r.authority().isEmpty())
                .ifPresent(_ ->
                        findings.judge(
                                Code.SCHEMA,
                                path.field("rewrite"),
                                "rewrite must specify uri, authority, or both"));
    }

    private static void match(HttpMatchRequest match, FieldPath path, Findings findings) {
        match.uri().ifPresent(m -> TextRules.match(m, false, path.field("uri"), findings));
        match.method().ifPresent(m -> TextRules.match(m, false, path.field("method"), findings));
        match.headers()
                .forEach((name, value) -> {
                    FieldPath at = path.field("headers").field(name);
                    TextRules.headerName(name, at, findings);
                    TextRules.match(value, true, at, findings);
                });
    }

    private static void destinations(
            List<HttpRouteDestination> route, FieldPath path, Findings findings) {
        long sum = 0;
        for (int i = 0; i < route.size(); i++) {
            HttpRouteDestination destination = route.get(i);
            destination(destination.destination(), path.item(i).field("destination"), findings);
            if (destination.weight() < 0) {
                findings.judge(
                        Code.SCHEMA,
                        path.item(i).field("weight"),
                        "weight %d must be non-negative".formatted(destination.weight()));
            }
            sum += destination.weight();
        }
        if (route.size() > 1 && sum == 0) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "total destination weight is 0: give the destinations weights");
        }
        if (sum > Integer.MAX_VALUE) {
            findings.judge(
                    Code.SCHEMA, path, "total destination weight %d is too large".formatted(sum));
        }
    }

    static void destination(Destination destination, FieldPath path, Findings findings) {
        HostRules.exactDomain(destination.host(), path.field("host"), findings);
        destination
                .subset()
                .filter(s -> !NameRules.isDnsLabel(s))
                .ifPresent(s ->
                        findings.judge(
                                Code.SCHEMA,
                                path.field("subset"),
                                "subset name '%s' is not a DNS label".formatted(s)));
        destination
                .port()
                .ifPresent(
                        p -> QuantityRules.port(p, path.field("port").field("number"), findings));
    }

    private static void retries(HttpRetry retries, FieldPath path, Findings findings) {
        if (retries.attempts() < 0) {
            findings.judge(
                    Code.SCHEMA,
                    path.field("attempts"),
                    "attempts %d must be non-negative".formatted(retries.attempts()));
        }
        if (retries.attempts() == 0
                && (retries.perTryTimeout().isPresent() || retries.retryOn().isPresent())) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "retries are configured but 'attempts' is 0, which turns them off");
        }
        QuantityRules.durationOrZero(
                retries.perTryTimeout(), path.field("perTryTimeout"), findings);
        retries.retryOn()
                .map(on -> on.split(",", -1))
                .ifPresent(tokens -> {
                    for (String token : tokens) {
                        if (!isRetryOn(token.strip())) {
                            findings.judge(
                                    Code.SCHEMA,
                                    path.field("retryOn"),
                                    "'%s' is not a valid retryOn policy".formatted(token.strip()));
                        }
                    }
                });
    }

    /// Istio: a bare status code stands for `retriable-status-codes` with that code.
    private static boolean isRetryOn(String token) {
        return RETRY_ON.contains(token) || token.matches("[1-5][0-9][0-9]");
    }

    private static void fault(HttpFault fault, FieldPath path, Findings findings) {
        if (fault.abort().isEmpty() && fault.delay().isEmpty()) {
            findings.judge(Code.SCHEMA, path, "a fault must have an abort or a delay");
        }
        fault.abort()
                .ifPresent(abort -> {
                    if (abort.httpStatus() < 200 || abort.httpStatus() > 599) {
                        findings.judge(
                                Code.SCHEMA,
                                path.field("abort").field("httpStatus"),
                                "HTTP status %d is not in the range 200..599"
                                        .formatted(abort.httpStatus()));
                    }
                    faultPercentage(abort.percentage(), path.field("abort"), findings);
                });
        fault.delay()
                .ifPresent(delay -> {
                    QuantityRules.duration(
                            Optional.of(delay.fixedDelay()),
                            path.field("delay").field("fixedDelay"),
                            findings);
                    faultPercentage(delay.percentage(), path.field("delay"), findings);
                });
    }

    private static void faultPercentage(double value, FieldPath path, Findings findings) {
        QuantityRules.percentage(value, path.field("percentage").field("value"), findings);
        if (value == 0) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path,
                    "the fault meets no request: 'percentage.value' is 0 or missing");
        }
    }
}
