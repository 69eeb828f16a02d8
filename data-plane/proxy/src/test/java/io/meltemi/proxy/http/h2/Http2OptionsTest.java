package io.meltemi.proxy.http.h2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Http2OptionsTest {
    @Test
    void nothingConfiguredMeansEnvoysDefaults() {
        assertThat(Http2Options.of(Http2ProtocolOptions.getDefaultInstance()))
                .isEqualTo(new Http2Options(1024, 16 << 20, 24 << 20, 4096, 0, 0, 60 * 1024, 100));
    }

    @Test
    void everyFieldIsRead() {
        Http2ProtocolOptions proto =
                Http2ProtocolOptions.newBuilder()
                        .setMaxConcurrentStreams(UInt32Value.of(7))
                        .setInitialStreamWindowSize(UInt32Value.of(70_000))
                        .setInitialConnectionWindowSize(UInt32Value.of(80_000))
                        .setHpackTableSize(UInt32Value.of(0))
                        .setConnectionKeepalive(
                                KeepaliveSettings.newBuilder()
                                        .setInterval(Duration.newBuilder().setSeconds(30))
                                        .setTimeout(Duration.newBuilder().setNanos(500_000_000)))
                        .build();

        assertThat(Http2Options.of(proto).withHeaderLimits(2048, 5))
                .isEqualTo(new Http2Options(7, 70_000, 80_000, 0, 30_000, 500, 2048, 5));
    }

    @Test
    void badValuesNameTheField() {
        Http2ProtocolOptions small =
                Http2ProtocolOptions.newBuilder()
                        .setInitialStreamWindowSize(UInt32Value.of(1))
                        .build();
        Http2ProtocolOptions endless =
                Http2ProtocolOptions.newBuilder()
                        .setConnectionKeepalive(
                                KeepaliveSettings.newBuilder()
                                        .setInterval(Duration.newBuilder().setSeconds(1)))
                        .build();

        assertThatThrownBy(() -> Http2Options.of(small))
                .hasMessage(
                        "http2_protocol_options.initial_stream_window_size is 1: at least 65535");
        assertThatThrownBy(() -> Http2Options.of(endless)).hasMessageContaining("no timeout");
    }

    @ParameterizedTest
    @CsvSource({
        "'', NEED_MORE",
        "P, NEED_MORE",
        "'PRI * HTTP/2.0', NEED_MORE",
        "POST / HTTP/1.1, OTHER",
        "PRI * HTTP/1.1, OTHER",
        "GET, OTHER"
    })
    void prefaceIsToldFromOtherBytes(String bytes, Http2Preface expected) {
        assertThat(Http2Preface.of(Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII)))
                .isEqualTo(expected);
    }

    @Test
    void wholePrefaceIsHttp2WhateverFollows() {
        assertThat(
                        Http2Preface.of(
                                Unpooled.copiedBuffer(
                                        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nmore",
                                        StandardCharsets.US_ASCII)))
                .isEqualTo(Http2Preface.HTTP2);
    }
}
