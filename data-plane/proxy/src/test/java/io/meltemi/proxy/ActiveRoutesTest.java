package io.meltemi.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.Vhds;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.base.time.testing.FakeTicker;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.decide.route.RouteTable;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.proxy.xds.SourceCompiler;
import io.meltemi.proxy.xds.Subscriptions;
import io.meltemi.proxy.xds.Wish;
import io.meltemi.proxy.xds.XdsSource;
import io.meltemi.xds.client.ResourceProblem;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ActiveRoutesTest {
    private static final XdsSource ADS = new XdsSource.Ads();
    private static final Wish.Key ROUTES = new Wish.Key(ADS, ResourceType.ROUTE, "r");

    private final EmbeddedChannel thread = new EmbeddedChannel();
    private final List<Runnable> later = new ArrayList<>();
    private final ActiveRoutes routes =
            new ActiveRoutes(
                    () -> (_, _, _) -> null,
                    _ -> true,
                    new SourceCompiler(ActiveRoutesTest::noChannel, _ -> false),
                    (task, _) -> later.add(task),
                    slots ->
                            new HostsOnDemand(
                                    slots,
                                    new Subscriptions(
                                            new Subscriptions.Surroundings(
                                                    ActiveRoutesTest::noChannel,
                                                    Node.getDefaultInstance(),
                                                    thread.eventLoop(),
                                                    new StatsStore(1)),
                                            new Deaf()),
                                    thread.eventLoop(),
                                    new FakeTicker()));

    private static final class Deaf implements Subscriptions.Target {
        @Override
        public List<ResourceProblem> apply(Subscriptions.Delivery delivery) {
            return List.of();
        }

        @Override
        public void settled(ResourceType type) {}
    }

    private static io.grpc.Channel noChannel(String cluster) {
        throw new IllegalStateException(cluster);
    }

    @AfterEach
    void end() {
        thread.finishAndReleaseAll();
    }

    @Test
    void tableThatHasItsHostsStaysUntilThoseOfTheNextHaveCome() throws Exception {
        apply(table("1", "any", "*").addVirtualHosts(host("a", "a.com")));

        apply(inPieces("2"));
        assertThat(virtualHost("a.com")).isEqualTo("a");
        apply(inPieces("3"));
        assertThat(virtualHost("a.com")).isEqualTo("a");

        say(List.of(XdsResource.of(ResourceType.VIRTUAL_HOST, "r/a", host("r/a", "a.com"))));
        assertThat(virtualHost("a.com")).isEqualTo("r/a");
        assertThat(virtualHost("b.com")).isEqualTo("any3");
    }

    @Test
    void nextTableIsNotWaitedForForEver() throws Exception {
        apply(table("1", "any", "*").addVirtualHosts(host("a", "a.com")));
        apply(inPieces("2"));

        later.forEach(Runnable::run);

        assertThat(virtualHost("a.com")).isEqualTo("any2");
    }

    @Test
    void wholeTableIsInForceAtOnce() throws Exception {
        apply(table("1", "any", "*").addVirtualHosts(host("a", "a.com")));
        apply(inPieces("2"));

        apply(table("3", "any", "*").addVirtualHosts(host("b", "b.com")));

        assertThat(virtualHost("a.com")).isEqualTo("any3");
        assertThat(virtualHost("b.com")).isEqualTo("b");
        assertThat(routes.awaitsHosts(ROUTES)).isFalse();
    }

    private void apply(RouteConfiguration.Builder table) throws ConfigRefusedException {
        routes.apply(ROUTES, table.build(), "1");
    }

    private void say(List<XdsResource> hosts) {
        List<ResourceProblem> problems =
                routes.applyHosts(
                        new Subscriptions.Delivery(
                                ADS, ResourceType.VIRTUAL_HOST, hosts, List.of(), "1"),
                        body -> VirtualHost.parseFrom(body.getValue()));
        assertThat(problems).isEmpty();
    }

    private @Nullable String virtualHost(String authority) {
        HeaderMap request = new HeaderMap();
        request.add(":authority", authority);
        RouteTable table = routes.slot(ROUTES).get();
        var found = table == null ? null : table.virtualHost(request);
        return found == null ? null : found.name();
    }

    private static RouteConfiguration.Builder inPieces(String version) {
        return table(version, "any", "*")
                .setVhds(
                        Vhds.newBuilder()
                                .setConfigSource(
                                        ConfigSource.newBuilder()
                                                .setAds(
                                                        AggregatedConfigSource
                                                                .getDefaultInstance())));
    }

    private static RouteConfiguration.Builder table(String version, String name, String domain) {
        return RouteConfiguration.newBuilder()
                .setName("r")
                .addVirtualHosts(host(name + version, domain));
    }

    private static VirtualHost host(String name, String domain) {
        return VirtualHost.newBuilder().setName(name).addDomains(domain).build();
    }
}
