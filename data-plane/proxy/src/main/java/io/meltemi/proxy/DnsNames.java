package io.meltemi.proxy;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.meltemi.proxy.cluster.ClusterSettings.Discovery;
import io.meltemi.proxy.dns.Resolver;
import io.meltemi.proxy.observe.stats.Counter;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The names of one DNS cluster, each resolved again and again in its own time. Confined to the
/// configuration thread; the resolver is waited for on threads of its own.
///
/// Envoy: when nobody answers for a name its last addresses stay in use; when the answer is that
/// there are none, a cluster of the type STRICT_DNS has none, and one of LOGICAL_DNS goes on.
final class DnsNames {
    private static final Logger LOG = LoggerFactory.getLogger(DnsNames.class);

    private final ActiveCluster active;
    private final Discovery.Dns dns;
    private final ScheduledExecutorService configurationThread;
    private final Runnable changed;
    private final List<Name> names = new ArrayList<>();
    private final Counter attempts;
    private final Counter successes;
    private final Counter failures;
    private final Counter unchanged;
    private boolean stopped;

    /// @param changed runs when all names have a result, and later whenever there is another one
    DnsNames(
            ActiveCluster active,
            Discovery.Dns dns,
            ScheduledExecutorService configurationThread,
            Runnable changed) {
        this.active = active;
        this.dns = dns;
        this.configurationThread = configurationThread;
        this.changed = changed;
        dns.names().forEach(name -> names.add(new Name(name)));
        var scope = active.cluster.stats().scope();
        attempts = scope.counter("update_attempt");
        successes = scope.counter("update_success");
        failures = scope.counter("update_failure");
        unchanged = scope.counter("update_no_rebuild");
    }

    /// One name. Confined to the configuration thread.
    private static final class Name {
        final Discovery.Name wanted;
        List<InetAddress> addresses = List.of();
        int failures;
        boolean isResolved;
        @Nullable Future<?> again;

        Name(Discovery.Name wanted) {
            this.wanted = wanted;
        }
    }

    void start() {
        names.forEach(this::resolve);
        if (names.isEmpty()) {
            configurationThread.execute(this::hear);
        }
    }

    /// Nothing is asked or changed any more.
    void stop() {
        stopped = true;
        for (Name name : names) {
            if (name.again != null) {
                name.again.cancel(false);
            }
        }
    }

    private void resolve(Name name) {
        attempts.increment();
        Thread.ofVirtual()
                .name("dns-" + active.name())
                .start(() -> {
                    Resolver.@Nullable Answer answer = ask(name.wanted.host());
                    configurationThread.execute(() -> resolved(name, answer));
                });
    }

    /// Null when nobody answers.
    private Resolver.@Nullable Answer ask(String host) {
        try {
            return dns.resolver().resolve(host, dns.family());
        } catch (IOException e) {
            LOG.warn("cluster '{}': {}: {}", active.name(), host, e.getMessage());
            return null;
        }
    }

    private void resolved(Name name, Resolver.@Nullable Answer answer) {
        if (stopped) {
            return;
        }
        boolean good = answer != null && (dns.strict() || !answer.addresses().isEmpty());
        (good ? successes : failures).increment();
        name.failures = good ? 0 : name.failures + 1;
        if (answer != null && good) {
            take(name, answer.addresses());
        }
        name.again =
                configurationThread.schedule(
                        () -> resolve(name),
                        good && answer != null
                                ? untilNext(answer)
                                : dns.refresh().onFailure().nanos(name.failures),
                        TimeUnit.NANOSECONDS);
        boolean first = !name.isResolved;
        name.isResolved = true;
        if (first && names.stream().allMatch(each -> each.isResolved)) {
            hear();
        }
    }

    private long untilNext(Resolver.Answer answer) {
        Discovery.Refresh refresh = dns.refresh();
        long wait =
                refresh.respectsTtl() && answer.ttlSeconds() > 0
                        ? TimeUnit.SECONDS.toNanos(answer.ttlSeconds())
                        : refresh.nanos();
        return refresh.jitterNanos() > 0
                ? wait + ThreadLocalRandom.current().nextLong(refresh.jitterNanos())
                : wait;
    }

    private void take(Name name, List<InetAddress> found) {
        List<InetAddress> wanted = List.copyOf(new LinkedHashSet<>(found));
        if (wanted.equals(name.addresses)) {
            unchanged.increment();
            return;
        }
        name.addresses = wanted;
        List<DnsEndpoints.Resolved> all = new ArrayList<>();
        names.forEach(each -> all.add(new DnsEndpoints.Resolved(each.wanted, each.addresses)));
        active.update(DnsEndpoints.of(all, dns.strict(), active.compiled, active.cluster.known()));
        if (name.isResolved) {
            changed.run();
        }
    }

    private void hear() {
        active.assignment = ClusterLoadAssignment.getDefaultInstance();
        changed.run();
    }
}
