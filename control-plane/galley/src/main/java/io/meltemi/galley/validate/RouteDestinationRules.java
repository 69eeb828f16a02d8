package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.Destination;
import io.meltemi.model.config.HttpRoute.HttpMirror;
import io.meltemi.model.config.HttpRoute.HttpRouteDestination;
import java.util.List;

/// Where requests and connections go, and in which shares. Immutable.
final class RouteDestinationRules {
    private RouteDestinationRules() {}

    static void destinations(List<HttpRouteDestination> route, FieldPath path, Findings findings) {
        for (int i = 0; i < route.size(); i++) {
            HttpRouteDestination destination = route.get(i);
            destination(destination.destination(), path.item(i).field("destination"), findings);
            HeaderRules.operations(destination.headers(), path.item(i).field("headers"), findings);
        }
        weights(route.stream().map(HttpRouteDestination::weight).toList(), path, findings);
    }

    static void weights(List<Integer> weights, FieldPath path, Findings findings) {
        long sum = 0;
        for (int i = 0; i < weights.size(); i++) {
            int weight = weights.get(i);
            if (weight < 0) {
                findings.judge(
                        Code.SCHEMA,
                        path.item(i).field("weight"),
                        "weight %d must be non-negative".formatted(weight));
            }
            sum += weight;
        }
        if (weights.size() > 1 && sum == 0) {
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

    static void mirrors(List<HttpMirror> mirrors, FieldPath path, Findings findings) {
        for (int i = 0; i < mirrors.size(); i++) {
            HttpMirror mirror = mirrors.get(i);
            FieldPath listed = path.field("mirrors").item(i);
            boolean isListed = findings.isWritten(listed);
            destination(
                    mirror.destination(),
                    isListed ? listed.field("destination") : path.field("mirror"),
                    findings);
            QuantityRules.percentage(
                    mirror.percentage(),
                    isListed
                            ? listed.field("percentage").field("value")
                            : path.field("mirrorPercentage").field("value"),
                    findings);
        }
    }
}
