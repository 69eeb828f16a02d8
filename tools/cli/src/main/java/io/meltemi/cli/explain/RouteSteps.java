package io.meltemi.cli.explain;

import io.meltemi.proxy.decide.DecisionLog.Entry;
import io.meltemi.proxy.decide.match.ConditionText;
import io.meltemi.proxy.decide.match.Miss;
import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.decide.retry.RetryOn;
import io.meltemi.proxy.decide.retry.RetryPolicy;
import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.decide.route.RouteAction;
import io.meltemi.proxy.decide.route.RouteEntry;
import io.meltemi.proxy.explain.Hop;
import io.meltemi.proxy.http.HeaderMap;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Which route a request takes, why no earlier one, and what the route does to it. Confined to one
/// thread.
final class RouteSteps {
    private static final int MOST_SHOWN = 5;

    private static final PathMatch EVERY_PATH = new PathMatch.Prefix("/", false);

    /// What every proxy writes: nobody asks for that.
    private static final Set<String> USUAL =
            Set.of(
                    "x-forwarded-proto",
                    "x-forwarded-for",
                    "x-request-id",
                    "x-forwarded-client-cert",
                    ":authority",
                    ":path",
                    ":scheme");

    private final Places places;

    RouteSteps(Places places) {
        this.places = places;
    }

    /// @param before the request as it came
    List<Step> of(Hop hop, HeaderMap before) {
        List<Step> steps = new ArrayList<>();
        List<Entry> decisions = sinceLastChoice(hop.decisions());
        decisions.stream()
                .filter(e -> e.step().equals("virtual host"))
                .forEach(e ->
                        steps.add(
                                Step.of(
                                        "virtual host",
                                        e.taken() ? e.subject() + ", " + e.why() : e.why())));
        List<Entry> routes = decisions.stream().filter(e -> e.step().equals("route")).toList();
        RouteEntry entry = hop.entry();
        if (entry == null) {
            steps.add(new Step("route", "none", "", misses(routes)));
            return steps;
        }
        Route route = entry.targets().getFirst();
        String origin = config(route);
        String what = Places.name(origin);
        steps.add(
                new Step(
                        "route",
                        name(entry)
                                + ": "
                                + path(entry.match().path())
                                + (what.isEmpty() ? "" : ", of " + what),
                        places.ofPath(origin),
                        misses(routes)));
        hop.decisions().stream()
                .filter(e -> e.step().equals("fault"))
                .forEach(e -> steps.add(Step.of("fault", e.subject() + ": " + e.why())));
        if (entry.targets().size() > 1) {
            steps.add(Step.of("shares", shares(entry)));
        }
        if (hop.end() instanceof Hop.End.Answered(_, String by)
                && by.isEmpty()
                && hop.route() != null
                && hop.route().action() instanceof RouteAction.ToCluster(String cluster, _)) {
            steps.add(Step.of("cluster", cluster));
        }
        if (hop.end() instanceof Hop.End.Forwarded(_, Forwarding forwarding, _)) {
            forwarded(steps, forwarding, before, hop.request());
        }
        return steps;
    }

    private static String path(PathMatch match) {
        return match.equals(EVERY_PATH)
                ? "for every path"
                : "for a path that must " + ConditionText.of(match);
    }

    /// A filter may have had the route chosen again.
    private static List<Entry> sinceLastChoice(List<Entry> decisions) {
        int last = 0;
        for (int i = 0; i < decisions.size(); i++) {
            last = decisions.get(i).step().equals("virtual host") ? i : last;
        }
        return decisions.subList(last, decisions.size());
    }

    private static String name(RouteEntry entry) {
        String name = entry.targets().getFirst().name();
        return name.isEmpty() ? entry.label() : name;
    }

    /// The path in `istio.config`.
    private static String config(Route route) {
        return route.metadata().get("istio") instanceof Map<?, ?> istio
                        && istio.get("config") instanceof String path
                ? path
                : "";
    }

    private static List<String> misses(List<Entry> routes) {
        List<Entry> missed = routes.stream().filter(e -> !e.taken()).toList();
        List<Entry> shown =
                missed.size() <= MOST_SHOWN
                        ? missed
                        : missed.stream()
                                .sorted(Comparator.comparingInt(e -> e.misses().size()))
                                .limit(MOST_SHOWN)
                                .toList();
        List<String> notes = new ArrayList<>();
        shown.forEach(e ->
                notes.add(
                        "not "
                                + e.subject()
                                + ": "
                                + String.join("; ", e.misses().stream().map(Miss::text).toList())));
        if (missed.size() > shown.size()) {
            notes.add("and not " + (missed.size() - shown.size()) + " others, farther away");
        }
        return notes;
    }

    private static String shares(RouteEntry entry) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < entry.targets().size(); i++) {
            all.add(
                    "%s%% %s"
                            .formatted(
                                    number(100.0 * entry.weight(i) / entry.totalWeight()),
                                    cluster(entry.targets().get(i))));
        }
        return String.join(", ", all) + " (the largest is followed)";
    }

    private static String cluster(Route target) {
        return target.action() instanceof RouteAction.ToCluster(String cluster, _)
                ? cluster
                : "by header";
    }

    private static void forwarded(
            List<Step> steps, Forwarding forwarding, HeaderMap before, HeaderMap after) {
        changed(steps, before, after, ":path", "path");
        changed(steps, before, after, ":authority", "host");
        String headers = headers(before, after);
        if (!headers.isEmpty()) {
            steps.add(Step.of("headers", headers));
        }
        steps.add(
                Step.of(
                        "timeout",
                        forwarding.timeoutNanos() == 0
                                ? "none"
                                : seconds(forwarding.timeoutNanos())));
        RetryPolicy retry = forwarding.retry();
        steps.add(Step.of("retries", retry == null ? "none" : retries(retry)));
        for (Forwarding.Mirror mirror : forwarding.mirrors()) {
            steps.add(Step.of("mirror", mirror.cluster() + " gets " + mirror.share().text()));
        }
    }

    private static void changed(
            List<Step> steps, HeaderMap before, HeaderMap after, String header, String about) {
        String was = String.valueOf(before.get(header));
        String is = String.valueOf(after.get(header));
        if (!was.equals(is)) {
            steps.add(Step.of("rewrite", about + " " + was + " becomes " + is));
        }
    }

    private static String headers(HeaderMap before, HeaderMap after) {
        Set<String> changes = new TreeSet<>();
        for (int i = 0; i < after.size(); i++) {
            String name = after.name(i);
            if (isOfInterest(name) && !after.value(i).equals(before.get(name))) {
                changes.add("sets " + name + ": " + after.value(i));
            }
        }
        for (int i = 0; i < before.size(); i++) {
            if (isOfInterest(before.name(i)) && !after.contains(before.name(i))) {
                changes.add("removes " + before.name(i));
            }
        }
        return String.join(", ", changes);
    }

    private static boolean isOfInterest(String header) {
        return !USUAL.contains(header) && !header.startsWith("x-envoy-");
    }

    private static String retries(RetryPolicy retry) {
        String each =
                retry.perTryTimeoutNanos() == 0
                        ? ""
                        : ", each try at most " + seconds(retry.perTryTimeoutNanos());
        return "%d on %s%s"
                .formatted(retry.maxRetries(), String.join(",", RetryOn.names(retry.on())), each);
    }

    private static String seconds(long nanos) {
        return number(nanos / 1e9) + " s";
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value)
                .round(new MathContext(4))
                .stripTrailingZeros()
                .toPlainString();
    }
}
