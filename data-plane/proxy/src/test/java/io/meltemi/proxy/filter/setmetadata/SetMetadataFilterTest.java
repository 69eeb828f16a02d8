package io.meltemi.proxy.filter.setmetadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.set_metadata.v3.Config;
import io.meltemi.proxy.filter.FilterFixture;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SetMetadataFilterTest {
    private final FilterFixture fixture = new FilterFixture();

    @Test
    void mapsMergeListsJoinAndWithoutLeaveNothingIsOverwritten() {
        FakeFilterStream stream = fixture.stream();

        fixture.filter(
                        Config.newBuilder(),
                        """
                        {"metadata": [
                          {"metadata_namespace": "n",
                           "value": {"map": {"a": "1"}, "list": ["x"], "text": "old"}},
                          {"metadata_namespace": "n", "value": {"text": "denied"}},
                          {"metadata_namespace": "n", "allow_overwrite": true,
                           "value": {"map": {"b": "2"}, "list": ["y"]}}]}
                        """)
                .onRequest(stream);

        assertThat(stream.dynamicMetadata("n"))
                .isEqualTo(
                        Map.of(
                                "map",
                                Map.of("a", "1", "b", "2"),
                                "list",
                                List.of("x", "y"),
                                "text",
                                "old"));
        assertThat(fixture.context().counts())
                .containsEntry("http.test.set_metadata.overwrite_denied", 1L);
    }
}
