package io.meltemi.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.Vhds;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.route.FilterConfigs;
import io.meltemi.proxy.config.route.RouteConfigCompiler;
import io.meltemi.proxy.decide.route.RouteTable;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.xds.client.ResourceProblem;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DiscoveredHostsTest {
    private static final int MANY = 5_000;
    private static final int CHANGES = 2_000;

    /// What one change may cost, in nanoseconds of CPU; three times that fails.
    private static final long MOST_NANOS = 500_000;

    private static final FilterConfigs FILTERS = (_, _, _) -> null;

    private final RouteSlot slot = new RouteSlot();

    @BeforeEach
    void routes() throws Exception {
        RouteConfiguration routes =
                RouteConfiguration.newBuilder()
                        .setName("r")
                        .setVhds(
                                Vhds.newBuilder()
                                        .setConfigSource(
                                                ConfigSource.newBuilder()
                                                        .setAds(
                                                                AggregatedConfigSource
                                                                        .getDefaultInstance())))
                        .addVirtualHosts(host("fixed", "fixed", "fixed.com"))
                        .build();
        DiscoveredHosts hosts = new DiscoveredHosts(_ -> true);
        ConfigPlace root = ConfigPlace.root("");
        RouteTable table = RouteConfigCompiler.compile(routes, FILTERS, ConfigPlace.root(""));
        slot.put(table.with(hosts.rebase(routes, FILTERS, table.hosts(), root)));
        root.throwIfRefused("routes");
        slot.hosts = hosts;
        slot.proto = routes;
    }

    @Test
    void hostWhoseNameIsNotItsResourcesCanBeRemoved() {
        say(List.of(resource("r/d", host("plain", "1", "d.com"))), List.of());
        assertThat(virtualHost("d.com")).isEqualTo("plain");

        say(List.of(), List.of("r/d"));

        assertThat(virtualHost("d.com")).isNull();
    }

    @Test
    void answerThatThereIsNoneRemovesWhatThereWas() {
        say(List.of(resource("r/d", host("r/d", "1", "d.com"))), List.of());

        say(
                List.of(
                        new XdsResource(
                                ResourceType.VIRTUAL_HOST,
                                "r/d",
                                "2",
                                com.google.protobuf.Any.getDefaultInstance())),
                List.of());

        assertThat(virtualHost("d.com")).isNull();
    }

    @Test
    void oneWrongHostRefusesTheResponseAndSaysSoOfEach() {
        List<ResourceProblem> problems =
                say(
                        List.of(
                                resource("r/good", host("r/good", "1", "good.com")),
                                resource("r/bad", host("r/bad", "1", "FIXED.com"))),
                        List.of());

        assertThat(problems).extracting(ResourceProblem::name).containsExactly("r/good", "r/bad");
        assertThat(problems.get(1).message()).contains("domains[0]").contains("already");
        assertThat(virtualHost("good.com")).isNull();
        assertThat(virtualHost("fixed.com")).isEqualTo("fixed");
    }

    @Test
    void whoIsRefusedForTheSakeOfAnotherIsStillWaitedFor() {
        slot.awaitsHosts = true;
        XdsResource bad = resource("r/bad", host("r/bad", "1", "fixed.com"));
        XdsResource good = resource("r/good", host("r/good", "1", "good.com"));

        say(List.of(resource("other/x", host("other/x", "1", "x.com"))), List.of());
        assertThat(slot.awaitsHosts).isTrue();
        assertThat(say(List.of(good, bad), List.of())).hasSize(2);
        assertThat(slot.awaitsHosts).isTrue();
        assertThat(say(List.of(bad), List.of("r/gone"))).hasSize(1);
        assertThat(slot.awaitsHosts).isTrue();

        say(List.of(good), List.of());
        assertThat(slot.awaitsHosts).isFalse();
    }

    @Test
    void whereNothingIsRightNothingIsWaitedFor() {
        slot.awaitsHosts = true;

        say(List.of(resource("r/bad", host("r/bad", "1", "fixed.com"))), List.of());

        assertThat(slot.awaitsHosts).isFalse();
    }

    @Test
    void nameOfAHostThatCameWithTheRoutesIsTaken() {
        assertThat(say(List.of(resource("r/x", host("fixed", "1", "x.com"))), List.of()))
                .hasSize(1);
    }

    @Test
    void changeAmongFiveThousandHostsCostsWhatItChanges() {
        List<XdsResource> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            all.add(resource("r/h" + i, host("r/h" + i, "0", "h" + i + ".com")));
        }
        say(all, List.of());
        changes(CHANGES);

        long cpuNanos = changes(CHANGES) / CHANGES;

        System.out.printf("VHDS, 1 of %d hosts: %.3f ms of CPU%n", MANY, cpuNanos / 1e6);
        assertThat(cpuNanos).isLessThan(3 * MOST_NANOS);
        assertThat(virtualHost("h7.com")).isEqualTo("r/h7");
    }

    private long changes(int count) {
        var thread = ManagementFactory.getThreadMXBean();
        long begin = thread.getCurrentThreadCpuTime();
        for (int i = 0; i < count; i++) {
            String name = "r/h" + i % MANY;
            say(
                    List.of(resource(name, host(name, "" + begin + i, "h" + i % MANY + ".com"))),
                    List.of());
        }
        return thread.getCurrentThreadCpuTime() - begin;
    }

    private List<ResourceProblem> say(List<XdsResource> changed, List<String> removed) {
        return new HostDelivery(changed, removed, body -> VirtualHost.parseFrom(body.getValue()))
                .apply(Map.of("r", List.of(slot)));
    }

    private @Nullable String virtualHost(String authority) {
        HeaderMap request = new HeaderMap();
        request.add(":authority", authority);
        RouteTable table = slot.get();
        var found = table == null ? null : table.virtualHost(request);
        return found == null ? null : found.name();
    }

    private static XdsResource resource(String name, VirtualHost host) {
        return XdsResource.of(ResourceType.VIRTUAL_HOST, name, host);
    }

    private static VirtualHost host(String name, String body, String domain) {
        return VirtualHost.newBuilder()
                .setName(name)
                .addDomains(domain)
                .addRoutes(
                        Route.newBuilder()
                                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                                .setDirectResponse(
                                        DirectResponseAction.newBuilder()
                                                .setStatus(200)
                                                .setBody(
                                                        DataSource.newBuilder()
                                                                .setInlineString(body))))
                .build();
    }
}
