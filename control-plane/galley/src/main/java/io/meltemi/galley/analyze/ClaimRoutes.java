package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.VirtualService;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A gateway that routes by a token's claims looks at tokens. Immutable.
///
/// Without a `RequestAuthentication` for its workloads there are no claims, and the route is never
/// taken. Which namespace the workloads run in is not known here: a rule that names their labels
/// counts in any.
final class ClaimRoutes implements Analyzer {
    @Override
    public void analyze(AnalysisInput input) {
        Map<String, Item<Gateway>> gateways = new HashMap<>();
        input.all(Gateway.class).forEach(gateway -> gateways.put(gateway.name(), gateway));
        List<Item<RequestAuthentication>> checks = input.all(RequestAuthentication.class);
        String root = input.settings().rootNamespace();
        for (Item<VirtualService> service : input.all(VirtualService.class)) {
            Optional<String> claim = claim(service.resource());
            if (claim.isPresent()) {
                check(
                        service,
                        claim.get(),
                        gateways,
                        gateway ->
                                checks.stream().anyMatch(check -> mayMeet(check, gateway, root)));
            }
        }
    }

    private static void check(
            Item<VirtualService> service,
            String claim,
            Map<String, Item<Gateway>> gateways,
            Predicate<Item<Gateway>> seesTokens) {
        List<String> named = service.resource().gateways();
        for (int i = 0; i < named.size(); i++) {
            Item<Gateway> gateway =
                    gateways.get(GatewayReferences.fullName(named.get(i), service.namespace()));
            if (gateway != null && !seesTokens.test(gateway)) {
                service.findings()
                        .judge(
                                Code.CLAIM_ROUTE_WITHOUT_TOKENS,
                                FieldPath.SPEC.field("gateways").item(i),
                                "the routes ask for %s, which no request at gateway %s has: a RequestAuthentication for its workloads is missing"
                                        .formatted(claim, gateway.name()));
            }
        }
    }

    private static Optional<String> claim(VirtualService service) {
        return service.http().stream()
                .flatMap(route -> route.match().stream())
                .flatMap(ClaimRoutes::headers)
                .filter(HttpMatchRequest::isClaim)
                .sorted()
                .findFirst();
    }

    private static Stream<String> headers(HttpMatchRequest match) {
        return Stream.concat(
                match.headers().keySet().stream(), match.withoutHeaders().keySet().stream());
    }

    private static boolean mayMeet(
            Item<RequestAuthentication> check, Item<Gateway> gateway, String rootNamespace) {
        RequestAuthentication policy = check.resource();
        if (!policy.targetRefs().isEmpty()) {
            return false;
        }
        if (policy.selector().selectsAll()) {
            return check.namespace().equals(rootNamespace)
                    || check.namespace().equals(gateway.namespace());
        }
        return policy.selector().selects(gateway.resource().selector().matchLabels());
    }
}
