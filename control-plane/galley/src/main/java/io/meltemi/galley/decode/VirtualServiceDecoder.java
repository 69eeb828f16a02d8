package io.meltemi.galley.decode;

import io.meltemi.model.config.Destination;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.StringMatch;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.config.VirtualService.Abort;
import io.meltemi.model.config.VirtualService.Delay;
import io.meltemi.model.config.VirtualService.HttpFault;
import io.meltemi.model.config.VirtualService.HttpMatchRequest;
import io.meltemi.model.config.VirtualService.HttpRetry;
import io.meltemi.model.config.VirtualService.HttpRewrite;
import io.meltemi.model.config.VirtualService.HttpRoute;
import io.meltemi.model.config.VirtualService.HttpRouteDestination;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads a `VirtualService`. Immutable.
final class VirtualServiceDecoder {
    /// The share of a destination that stands alone and names none.
    private static final int WHOLE = 100;

    private VirtualServiceDecoder() {}

    static VirtualService decode(Metadata metadata, ObjectReader spec) {
        spec.notYet("exportTo", "tcp", "tls");
        return new VirtualService(
                metadata,
                spec.strings("hosts"),
                spec.strings("gateways"),
                spec.list("http", VirtualServiceDecoder::route));
    }

    private static HttpRoute route(ObjectReader http) {
        http.notYet(
                "corsPolicy",
                "delegate",
                "directResponse",
                "headers",
                "mirror",
                "mirrorPercent",
                "mirror_percent",
                "mirrorPercentage",
                "mirrors",
                "redirect");
        return new HttpRoute(
                http.string("name").filter(n -> !n.isEmpty()),
                http.list("match", VirtualServiceDecoder::match),
                shares(http.list("route", VirtualServiceDecoder::destination)),
                http.duration("timeout"),
                http.object("retries", VirtualServiceDecoder::retries),
                http.object("fault", VirtualServiceDecoder::fault),
                http.object("rewrite", VirtualServiceDecoder::rewrite));
    }

    private static HttpMatchRequest match(ObjectReader match) {
        match.notYet(
                "authority",
                "gateways",
                "ignoreUriCase",
                "port",
                "queryParams",
                "scheme",
                "sourceLabels",
                "sourceNamespace",
                "statPrefix",
                "withoutHeaders");
        // Istio: only shown in debug output.
        match.ignore("name");
        Map<String, StringMatch> headers = new TreeMap<>();
        match.map("headers", StringMatchDecoder::decode)
                .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        return new HttpMatchRequest(
                match.object("uri", StringMatchDecoder::decode),
                match.object("method", StringMatchDecoder::decode),
                headers);
    }

    private static HttpRouteDestination destination(ObjectReader route) {
        route.notYet("headers");
        Destination destination = DestinationDecoder.decode(route);
        return new HttpRouteDestination(destination, route.integer("weight").orElse(0));
    }

    /// Istio: no weight means 0 beside others, and everything where the destination stands alone.
    private static List<HttpRouteDestination> shares(List<HttpRouteDestination> route) {
        if (route.size() == 1 && route.getFirst().weight() == 0) {
            return List.of(new HttpRouteDestination(route.getFirst().destination(), WHOLE));
        }
        return route;
    }

    private static HttpRetry retries(ObjectReader retries) {
        retries.notYet("backoff", "retryIgnorePreviousHosts", "retryRemoteLocalities");
        return new HttpRetry(
                retries.integer("attempts").orElse(0),
                retries.duration("perTryTimeout"),
                retries.string("retryOn").filter(on -> !on.isEmpty()));
    }

    private static HttpFault fault(ObjectReader fault) {
        return new HttpFault(
                fault.object("abort", VirtualServiceDecoder::abort),
                fault.object("delay", VirtualServiceDecoder::delay));
    }

    private static Abort abort(ObjectReader abort) {
        abort.notYet("grpcStatus", "http2Error");
        boolean otherStatus = abort.has("grpcStatus") || abort.has("http2Error");
        if (!abort.has("httpStatus") && !otherStatus) {
            abort.missing("httpStatus");
        }
        return new Abort(abort.integer("httpStatus").orElse(0), percentage(abort));
    }

    private static Delay delay(ObjectReader delay) {
        delay.notYet("exponentialDelay", "percent");
        if (!delay.has("fixedDelay") && !delay.has("exponentialDelay")) {
            delay.missing("fixedDelay");
        }
        return new Delay(delay.duration("fixedDelay").orElse(Duration.ZERO), percentage(delay));
    }

    /// Istio: without a percentage the fault meets no request.
    private static double percentage(ObjectReader fault) {
        Optional<Double> value = fault.object("percentage", p -> p.number("value").orElse(0));
        return value.orElse(0.0);
    }

    private static HttpRewrite rewrite(ObjectReader rewrite) {
        rewrite.notYet("uriRegexRewrite");
        return new HttpRewrite(
                rewrite.string("uri").filter(u -> !u.isEmpty()),
                rewrite.string("authority").filter(a -> !a.isEmpty()));
    }
}
