package io.meltemi.proxy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.parity.Parity;
import io.meltemi.proxy.cluster.EndpointSet.Level;
import io.meltemi.proxy.cluster.EndpointSet.LocalityEndpoints;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class CheckedEndpointsTest {
    private static final ActiveChecks USUAL = new ActiveChecks(false, true);

    private final Endpoint one = endpoint(1, 0, CheckTarget.NONE);
    private final Endpoint two = endpoint(2, 1, CheckTarget.NONE);

    @Test
    void anEndpointCountsAsFailedBeforeItsFirstCheck() {
        Endpoint unchecked = endpoint(3, 0, new CheckTarget(null, 0, "", true));

        join(EndpointSet.EMPTY, set(one, unchecked), USUAL);

        assertThat(HealthFlags.text(one.healthFlags())).isEqualTo("/failed_active_hc");
        assertThat(HealthFlags.text(unchecked.healthFlags())).isEqualTo("healthy");
    }

    @Test
    @Parity("cluster.common_lb_config.ignore_new_hosts_until_first_hc")
    void itMayNotCountAtAllBeforeItsFirstCheck() {
        join(EndpointSet.EMPTY, set(one), new ActiveChecks(true, true));

        assertThat(HealthFlags.text(one.healthFlags()))
                .isEqualTo("/failed_active_hc/pending_active_hc");
    }

    @Test
    void anUpdateLeavesTheResultsOfChecksAlone() {
        EndpointSet before = join(EndpointSet.EMPTY, set(one, two), USUAL);
        one.setFlag(HealthFlags.FAILED_ACTIVE_HC, false);

        join(before, set(one, two), USUAL);

        assertThat(HealthFlags.text(one.healthFlags())).isEqualTo("healthy");
        assertThat(HealthFlags.text(two.healthFlags())).isEqualTo("/failed_active_hc");
    }

    @Test
    void whatIsGoneStaysWhileItPasses() {
        EndpointSet before = join(EndpointSet.EMPTY, set(one, two), USUAL);
        two.setFlag(HealthFlags.FAILED_ACTIVE_HC, false);

        EndpointSet after = join(before, set(endpoint(4, 0, CheckTarget.NONE)), USUAL);

        assertThat(after.levels()).hasSize(2);
        assertThat(after.levels().get(1).localities().getFirst().endpoints()).containsExactly(two);
        assertThat(HealthFlags.text(two.healthFlags())).isEqualTo("/pending_dynamic_removal");
        assertThat(after.all()).doesNotContain(one);
        assertThat(CheckedEndpoints.without(after, two).all()).hasSize(1);
    }

    @Test
    void whatComesBackIsNotPendingAnyMore() {
        EndpointSet before = join(EndpointSet.EMPTY, set(one), USUAL);
        one.setFlag(HealthFlags.FAILED_ACTIVE_HC, false);
        EndpointSet without = join(before, EndpointSet.EMPTY, USUAL);

        EndpointSet again = join(without, set(one), USUAL);

        assertThat(again.all()).containsExactly(one);
        assertThat(HealthFlags.text(one.healthFlags())).isEqualTo("healthy");
    }

    @Test
    @Parity("cluster.ignore_health_on_host_removal")
    void healthMayPlayNoRoleForWhatIsGone() {
        EndpointSet before = join(EndpointSet.EMPTY, set(one), new ActiveChecks(false, false));
        one.setFlag(HealthFlags.FAILED_ACTIVE_HC, false);

        assertThat(join(before, EndpointSet.EMPTY, new ActiveChecks(false, false)).all()).isEmpty();
    }

    private static EndpointSet join(EndpointSet old, EndpointSet fresh, ActiveChecks checks) {
        return CheckedEndpoints.join(old, fresh, checks, true);
    }

    private static EndpointSet set(Endpoint... endpoints) {
        TreeMap<Integer, List<Endpoint>> levels = new TreeMap<>();
        for (Endpoint each : endpoints) {
            levels.computeIfAbsent(each.definition().priority(), _ -> new ArrayList<>()).add(each);
        }
        return new EndpointSet(
                levels.values().stream()
                        .map(all ->
                                new Level(
                                        List.of(
                                                new LocalityEndpoints(
                                                        Endpoint.Locality.NONE, 1, all))))
                        .toList());
    }

    private static Endpoint endpoint(int port, int priority, CheckTarget check) {
        return new Endpoint(
                new Endpoint.Definition(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        "",
                        1,
                        priority,
                        Endpoint.Locality.NONE,
                        Map.of(),
                        check,
                        List.of(),
                        List.of()),
                Health.HEALTHY,
                UpstreamTransport.PLAIN);
    }
}
