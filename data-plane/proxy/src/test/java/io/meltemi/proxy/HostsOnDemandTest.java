package io.meltemi.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.base.time.testing.FakeTicker;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.route.FilterConfigs;
import io.meltemi.proxy.config.route.RouteConfigCompiler;
import io.meltemi.proxy.decide.route.RouteTable;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HostLookup;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.proxy.xds.Subscriptions;
import io.meltemi.proxy.xds.Wish;
import io.meltemi.proxy.xds.XdsSource;
import io.meltemi.xds.client.ResourceProblem;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HostsOnDemandTest {
    private static final FilterConfigs FILTERS = (_, _, _) -> null;
    private static final XdsSource ADS = new XdsSource.Ads();

    private final RouteSlot slot = new RouteSlot();
    private final FakeTicker ticker = new FakeTicker();

    /// Its loop stands for the configuration thread and the worker's.
    private final EmbeddedChannel thread = new EmbeddedChannel();

    private final List<String> woken = new ArrayList<>();
    private final HostsOnDemand hosts =
            new HostsOnDemand(
                    name -> name.equals("r") ? List.of(slot) : List.of(),
                    // No source is connected: what is asked is the parity test's matter.
                    new Subscriptions(
                            new Subscriptions.Surroundings(
                                    cluster -> {
                                        throw new IllegalStateException(cluster);
                                    },
                                    Node.getDefaultInstance(),
                                    thread.eventLoop(),
                                    new StatsStore(1)),
                            new Subscriptions.Target() {
                                @Override
                                public List<ResourceProblem> apply(
                                        Subscriptions.Delivery delivery) {
                                    return List.of();
                                }

                                @Override
                                public void settled(ResourceType type) {}
                            }),
                    thread.eventLoop(),
                    ticker);
    private final HostLookup lookup = hosts.lookup("r");

    @BeforeEach
    void routes() {
        thread.freezeTime();
        RouteConfiguration routes =
                RouteConfiguration.newBuilder()
                        .setName("r")
                        .addVirtualHosts(host("fixed", "fixed.com"))
                        .build();
        DiscoveredHosts discovered = new DiscoveredHosts(_ -> true);
        ConfigPlace root = ConfigPlace.root("");
        RouteTable table = RouteConfigCompiler.compile(routes, FILTERS, root);
        slot.put(table.with(discovered.rebase(routes, FILTERS, table.hosts(), root)));
        slot.hosts = discovered;
        slot.proto = routes;
        slot.hostsKey = new Wish.Key(ADS, ResourceType.VIRTUAL_HOST, Wish.ALL);
    }

    @AfterEach
    void end() {
        thread.finishAndReleaseAll();
    }

    @Test
    void hostIsDroppedWhenNobodyUsedItForLong() {
        assertThat(ask("A.com")).isTrue();
        say(List.of(answer("r/a", host("a", "a.com"), "r/a.com")));
        assertThat(ask("b.com")).isTrue();
        say(List.of(answer("r/b.com", host("b", "b.com"))));
        assertThat(woken).containsExactly("A.com", "b.com");

        pass(Duration.ofMinutes(9));
        lookup.use("a");
        pass(Duration.ofMinutes(2));

        assertThat(serves("a.com")).isTrue();
        assertThat(serves("b.com")).isFalse();
        pass(Duration.ofMinutes(10));
        assertThat(serves("a.com")).isFalse();
        assertThat(serves("fixed.com")).isTrue();
    }

    @Test
    void hostThatAnswersTwoNamesStaysForTheOther() {
        ask("a.com");
        ask("b.com");
        say(List.of(answer("r/both", host("both", "a.com", "b.com"), "r/a.com", "r/b.com")));

        pass(Duration.ofMinutes(9));
        ask("b.com");
        pass(Duration.ofMinutes(2));

        assertThat(serves("a.com")).isTrue();
        pass(Duration.ofMinutes(10));
        assertThat(serves("a.com")).isFalse();
    }

    @Test
    void hostThatWasThereBeforeItWasAskedForStays() {
        say(List.of(answer("r/a", host("a", "a.com"))));
        ask("b.com");
        say(List.of(answer("r/a", host("a", "a.com", "b.com"), "r/b.com")));

        pass(Duration.ofMinutes(11));

        assertThat(serves("a.com")).isTrue();
    }

    @Test
    void removalIsAnAnswerAlsoToTheNamesThatTheHostAnswered() {
        ask("a.com");
        say(List.of(answer("r/a", host("a", "a.com"), "r/a.com")));

        assertThat(deliver(List.of(), List.of("r/a"))).isEmpty();

        assertThat(serves("a.com")).isFalse();
        assertThat(ask("a.com")).as("remembered").isFalse();
    }

    @Test
    void whoIsRefusedForTheSakeOfAnotherIsStillWaitedFor() {
        ask("good.com");
        ask("bad.com");
        XdsResource good = answer("r/good", host("good", "good.com"), "r/good.com");

        List<ResourceProblem> problems =
                deliver(
                        List.of(good, answer("r/bad", host("bad", "fixed.com"), "r/bad.com")),
                        List.of());

        assertThat(problems)
                .extracting(ResourceProblem::cause)
                .containsExactly(ResourceProblem.Cause.ANOTHER, ResourceProblem.Cause.ITSELF);
        assertThat(woken).containsExactly("bad.com");
        say(List.of(good));
        assertThat(woken).containsExactly("bad.com", "good.com");
    }

    @Test
    void whatIsNoHostIsNotAskedFor() {
        assertThat(ask("")).isFalse();
        assertThat(ask("*")).isFalse();
        assertThat(ask("x/y.com")).isFalse();
        assertThat(ask("b\u00fc.com")).isFalse();
        assertThat(ask("x".repeat(260))).isFalse();
        assertThat(ask("[::1]:80")).isTrue();
    }

    @Test
    void whoWaitsGoesOnWhenTheRoutesGo() {
        ask("a.com");

        hosts.forget("r");
        thread.runPendingTasks();

        assertThat(woken).containsExactly("a.com");
    }

    private boolean ask(String authority) {
        boolean waits = lookup.ask(authority, thread.eventLoop(), () -> woken.add(authority));
        thread.runPendingTasks();
        return waits;
    }

    private void say(List<XdsResource> changed) {
        assertThat(deliver(changed, List.of())).isEmpty();
    }

    private List<ResourceProblem> deliver(List<XdsResource> changed, List<String> removed) {
        var delivery =
                new Subscriptions.Delivery(ADS, ResourceType.VIRTUAL_HOST, changed, removed, "1");
        Set<String> before = hosts.unasked(delivery);
        List<ResourceProblem> problems =
                new HostDelivery(changed, removed, body -> VirtualHost.parseFrom(body.getValue()))
                        .apply(Map.of("r", List.of(slot)));
        hosts.delivered(delivery, problems, before);
        thread.runPendingTasks();
        return problems;
    }

    private void pass(Duration time) {
        for (long left = time.toMinutes(); left > 0; left--) {
            ticker.advance(Duration.ofMinutes(1));
            thread.advanceTimeBy(1, TimeUnit.MINUTES);
            thread.runScheduledPendingTasks();
        }
    }

    private boolean serves(String authority) {
        HeaderMap request = new HeaderMap();
        request.add(":authority", authority);
        RouteTable table = slot.get();
        return table != null && table.virtualHost(request) != null;
    }

    private static XdsResource answer(String name, VirtualHost host, String... aliases) {
        Any body = XdsResource.of(ResourceType.VIRTUAL_HOST, name, host).body();
        return new XdsResource(ResourceType.VIRTUAL_HOST, name, "1", body, List.of(aliases));
    }

    private static VirtualHost host(String name, String... domains) {
        return VirtualHost.newBuilder().setName(name).addAllDomains(List.of(domains)).build();
    }
}
