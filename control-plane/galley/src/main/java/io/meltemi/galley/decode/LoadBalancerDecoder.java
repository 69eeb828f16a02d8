package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.LoadBalancer;
import io.meltemi.model.config.LoadBalancer.SimpleLb;
import io.meltemi.model.config.LoadBalancer.Warmup;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Reads `loadBalancer`. Immutable.
final class LoadBalancerDecoder {
    private LoadBalancerDecoder() {}

    /// As it is written: two of them are other words for others.
    private enum Written {
        UNSPECIFIED,
        LEAST_CONN,
        RANDOM,
        PASSTHROUGH,
        ROUND_ROBIN,
        LEAST_REQUEST
    }

    static LoadBalancer decode(ObjectReader balancer) {
        balancer.notYet("backendUtilization", "zoneAwareLbSetting");
        balancer.exclusive(List.of("simple", "consistentHash", "backendUtilization"));
        return new LoadBalancer(
                balancer.choice("simple", Written.class).flatMap(LoadBalancerDecoder::simple),
                balancer.object("consistentHash", ConsistentHashDecoder::decode),
                warmup(balancer),
                balancer.object("localityLbSetting", LocalityLbDecoder::decode));
    }

    private static Optional<SimpleLb> simple(Written written) {
        return switch (written) {
            case UNSPECIFIED -> Optional.empty();
            case LEAST_CONN, LEAST_REQUEST -> Optional.of(SimpleLb.LEAST_REQUEST);
            case RANDOM -> Optional.of(SimpleLb.RANDOM);
            case PASSTHROUGH -> Optional.of(SimpleLb.PASSTHROUGH);
            case ROUND_ROBIN -> Optional.of(SimpleLb.ROUND_ROBIN);
        };
    }

    /// `warmup`, or its older spelling.
    private static Optional<Warmup> warmup(ObjectReader balancer) {
        Optional<Duration> old = balancer.duration("warmupDurationSecs");
        Optional<Warmup> warmup = balancer.object("warmup", LoadBalancerDecoder::warmupObject);
        if (old.isPresent() && warmup.isPresent()) {
            balancer.findings()
                    .judge(
                            Code.SCHEMA,
                            balancer.path().field("warmupDurationSecs"),
                            "warmupDurationSecs and warmup stand side by side: write warmup.duration only");
        }
        return warmup.or(
                () -> old.map(d -> new Warmup(d, OptionalDouble.empty(), OptionalDouble.empty())));
    }

    private static Warmup warmupObject(ObjectReader warmup) {
        Optional<Duration> duration = warmup.duration("duration");
        if (duration.isEmpty()) {
            warmup.missing("duration");
        }
        return new Warmup(
                duration.orElse(Duration.ofSeconds(1)),
                warmup.number("minimumPercent"),
                warmup.number("aggression"));
    }
}
