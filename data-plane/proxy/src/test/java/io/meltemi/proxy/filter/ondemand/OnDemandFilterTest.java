package io.meltemi.proxy.filter.ondemand;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemand;
import io.meltemi.proxy.filter.FilterFixture;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OnDemandFilterTest {
    private final FilterFixture fixture = new FilterFixture();

    @Test
    void whatIsNotServedIsRefusedByItsPath() {
        assertThat(problems("{\"odcds\": {\"source\": {\"ads\": {}}, \"timeout\": \"-1s\"}}"))
                .singleElement()
                .asString()
                .contains("odcds.timeout")
                .contains("negative");
        assertThat(
                        problems(
                                "{\"odcds\": {\"source\": {\"ads\": {}},"
                                        + " \"resourcesLocator\": \"xdstp://a/b/*\"}}"))
                .singleElement()
                .asString()
                .contains("odcds.resources_locator")
                .contains("is not supported");
        assertThat(problems("{\"odcds\": {\"source\": {\"ads\": {}}}}")).isEmpty();
        assertThat(problems("{}")).isEmpty();
    }

    private List<String> problems(String json) {
        return fixture.problems(OnDemand.newBuilder(), json);
    }
}
