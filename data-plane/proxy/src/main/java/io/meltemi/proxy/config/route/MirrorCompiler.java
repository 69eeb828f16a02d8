package io.meltemi.proxy.config.route;

import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.decide.route.Forwarding.Mirror;
import io.meltemi.proxy.runtime.RuntimeKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Compiles `request_mirror_policies`. Immutable: pure functions.
final class MirrorCompiler {
    private MirrorCompiler() {}

    static List<Mirror> compile(
            List<RequestMirrorPolicy> policies, RuntimeKeys keys, ConfigPlace at) {
        List<Mirror> mirrors = new ArrayList<>();
        for (int i = 0; i < policies.size(); i++) {
            RequestMirrorPolicy policy = policies.get(i);
            ConfigPlace place = at.element("request_mirror_policies", i);
            if (policy.getCluster().isEmpty() == policy.getClusterHeader().isEmpty()) {
                place.refuse("must have either cluster or cluster_header");
            }
            boolean fromHeader = policy.getCluster().isEmpty();
            mirrors.add(
                    new Mirror(
                            fromHeader
                                    ? policy.getClusterHeader().toLowerCase(Locale.ROOT)
                                    : policy.getCluster(),
                            fromHeader,
                            Values.share(
                                    policy.hasRuntimeFraction(),
                                    policy.getRuntimeFraction(),
                                    Fraction.ALL,
                                    keys,
                                    place.field("runtime_fraction")),
                            !policy.getDisableShadowHostSuffixAppend()));
        }
        return mirrors;
    }
}
