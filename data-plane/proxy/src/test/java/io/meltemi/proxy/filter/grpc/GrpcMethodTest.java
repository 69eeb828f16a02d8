package io.meltemi.proxy.filter.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GrpcMethodTest {
    @Test
    void aPathOfTwoSegmentsNamesAMethod() {
        assertThat(GrpcMethod.of("/a.b.C/M?x=/y")).isEqualTo(new GrpcMethod("a.b.C", "M"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "/a", "/a/", "//b", "/a/b/c", "/"})
    void otherPathsNameNone(String path) {
        assertThat(GrpcMethod.of(path)).isNull();
    }
}
