package io.meltemi.proxy.filter.ondemand;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemand;
import io.meltemi.proxy.filter.FilterFixture;
import org.junit.jupiter.api.Test;

final class OnDemandFilterTest {
    private final FilterFixture fixture = new FilterFixture();

    @Test
    void clustersOnDemandAreRefused() {
        assertThat(
                        fixture.problems(
                                OnDemand.newBuilder(), "{\"odcds\": {\"source\": {\"ads\": {}}}}"))
                .singleElement()
                .asString()
                .contains("odcds")
                .contains("is not supported");
        assertThat(fixture.problems(OnDemand.newBuilder(), "{}")).isEmpty();
    }
}
