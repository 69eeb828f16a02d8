package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.Destination;
import io.meltemi.model.config.HttpRoute;
import io.meltemi.model.config.HttpRoute.Action;
import io.meltemi.model.config.HttpRoute.Delegate;
import io.meltemi.model.config.HttpRoute.HttpMirror;
import io.meltemi.model.config.HttpRoute.HttpRetry;
import io.meltemi.model.config.HttpRoute.HttpRewrite;
import io.meltemi.model.config.HttpRoute.HttpRouteDestination;
import io.meltemi.model.config.HttpRoute.RegexRewrite;
import io.meltemi.model.config.HttpRoute.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// Reads one entry under `http`. Immutable.
final class HttpRouteDecoder {
    private static final double ALL = 100;

    private HttpRouteDecoder() {}

    static HttpRoute decode(ObjectReader http) {
        return new HttpRoute(
                http.string("name").filter(n -> !n.isEmpty()),
                http.list("match", HttpMatchDecoder::decode),
                action(http),
                http.object("rewrite", HttpRouteDecoder::rewrite),
                http.duration("timeout"),
                http.object("retries", HttpRouteDecoder::retries),
                http.object("fault", HttpFaultDecoder::decode),
                mirrors(http),
                http.object("corsPolicy", CorsPolicyDecoder::decode),
                HeaderOperationsDecoder.decode(http));
    }

    /// A request can go one way only.
    private static Action action(ObjectReader http) {
        Optional<Action> route =
                Optional.<Action>of(
                                new Route(
                                        shares(http.list("route", HttpRouteDecoder::destination))))
                        .filter(r -> http.has("route"));
        Optional<Action> redirect =
                http.object("redirect", HttpAnswerDecoder::redirect).map(Action.class::cast);
        Optional<Action> answer =
                http.object("directResponse", HttpAnswerDecoder::directResponse)
                        .map(Action.class::cast);
        Optional<Action> delegate =
                http.object("delegate", HttpRouteDecoder::delegate).map(Action.class::cast);
        List<Action> written =
                Stream.of(redirect, answer, delegate, route).flatMap(Optional::stream).toList();
        if (written.size() > 1) {
            http.findings()
                    .judge(
                            Code.SCHEMA,
                            http.path(),
                            "only one of route, redirect, directResponse and delegate may be given");
        }
        return written.isEmpty() ? new Route(List.of()) : written.getFirst();
    }

    private static Delegate delegate(ObjectReader delegate) {
        return new Delegate(
                delegate.requiredString("name"),
                delegate.string("namespace").filter(n -> !n.isEmpty()));
    }

    private static HttpRouteDestination destination(ObjectReader route) {
        return new HttpRouteDestination(
                DestinationDecoder.decode(route),
                route.integer("weight").orElse(0),
                HeaderOperationsDecoder.decode(route));
    }

    /// Istio: no weight means 0 beside others, and everything where the destination stands alone.
    private static List<HttpRouteDestination> shares(List<HttpRouteDestination> route) {
        if (route.size() == 1 && route.getFirst().weight() == 0) {
            HttpRouteDestination only = route.getFirst();
            return List.of(
                    new HttpRouteDestination(
                            only.destination(), DestinationDecoder.WHOLE, only.headers()));
        }
        return route;
    }

    private static HttpRewrite rewrite(ObjectReader rewrite) {
        return new HttpRewrite(
                rewrite.string("uri").filter(u -> !u.isEmpty()),
                rewrite.string("authority").filter(a -> !a.isEmpty()),
                rewrite.object(
                        "uriRegexRewrite",
                        regex ->
                                new RegexRewrite(
                                        regex.requiredString("match"),
                                        regex.string("rewrite").orElse(""))));
    }

    static HttpRetry retries(ObjectReader retries) {
        return new HttpRetry(
                retries.integer("attempts").orElse(0),
                retries.duration("perTryTimeout"),
                retries.string("retryOn").filter(on -> !on.isEmpty()),
                retries.bool("retryRemoteLocalities"),
                retries.bool("retryIgnorePreviousHosts"),
                retries.duration("backoff"));
    }

    /// `mirror` with its percentage in one of three spellings, or a list of `mirrors`.
    private static List<HttpMirror> mirrors(ObjectReader http) {
        OptionalDouble old = percent(http, "mirrorPercent");
        OptionalDouble oldest = percent(http, "mirror_percent");
        Optional<Double> written = http.object("mirrorPercentage", HttpRouteDecoder::percentage);
        double share = written.orElse(old.orElse(oldest.orElse(ALL)));
        Optional<Destination> single = http.object("mirror", DestinationDecoder::destination);
        List<HttpMirror> several = http.list("mirrors", HttpRouteDecoder::mirror);
        if (single.isPresent() && !several.isEmpty()) {
            http.findings()
                    .judge(
                            Code.SCHEMA,
                            http.path().field("mirrors"),
                            "mirror and mirrors stand side by side: write all of them under 'mirrors'");
        }
        List<HttpMirror> all = new ArrayList<>(several);
        single.ifPresent(to -> all.add(new HttpMirror(to, share)));
        return all;
    }

    private static HttpMirror mirror(ObjectReader mirror) {
        return new HttpMirror(
                DestinationDecoder.decode(mirror),
                mirror.object("percentage", HttpRouteDecoder::percentage).orElse(ALL));
    }

    private static double percentage(ObjectReader percentage) {
        return percentage.number("value").orElse(0);
    }

    private static OptionalDouble percent(ObjectReader http, String field) {
        OptionalInt value = http.integer(field);
        if (value.isEmpty()) {
            return OptionalDouble.empty();
        }
        if (value.getAsInt() < 0 || value.getAsInt() > ALL) {
            http.findings()
                    .unread(
                            Code.SCHEMA,
                            http.path().field(field),
                            "%s %d must be in the range 0..100".formatted(field, value.getAsInt()));
        }
        return OptionalDouble.of(value.getAsInt());
    }
}
