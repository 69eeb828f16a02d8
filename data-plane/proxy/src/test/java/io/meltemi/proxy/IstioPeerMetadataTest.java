package io.meltemi.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What two sidecars tell each other, with the filters that istiod gives them.
final class IstioPeerMetadataTest {
    private static final String FORMAT =
            "%FILTER_STATE(downstream_peer_obj:PLAIN)% | %FILTER_STATE(upstream_peer_obj:PLAIN)% |"
                    + " %FILTER_STATE(upstream_peer_obj:FIELD:workload)% | %FILTER_STATE(upstream_peer)%";
    private static final String PRODUCTPAGE =
            "type=deployment,workload=productpage-v1,name=productpage-v1-84975bc778-pxz2w,cluster=productpage-cluster,namespace=default,service=productpage,revision=version-1,app=productpage,version=v1,region=us-east4,availability_zone=us-east4-b";
    private static final String RATINGS = PRODUCTPAGE.replace("productpage", "ratings");

    @TempDir private Path logs;

    @Test
    void sidecarsLearnWhoTheyTalkTo() throws Exception {
        try (EchoUpstream app = EchoUpstream.answering("hello")) {
            String response;
            try (SidecarPair pair = pair(app)) {
                response = pair.get("/", "");
            }

            assertThat(response).endsWith("hello").doesNotContain("x-envoy-peer-metadata");
            assertThat(app.requests()).hasSize(1);
            assertThat(app.requests().getFirst()).doesNotContain("x-envoy-peer-metadata");
            assertThat(Files.readString(logs.resolve("server.log")))
                    .isEqualTo(PRODUCTPAGE + " | - | - | -\n");
            assertThat(Files.readString(logs.resolve("client.log")))
                    .startsWith("- | " + RATINGS + " | ratings-v1 | ")
                    .contains(
                            "{\"@type\":\"type.googleapis.com/google.protobuf.Struct\",\"value\":{",
                            "\"workload\":\"ratings-v1\"");
        }
    }

    /// The application may send what it likes: its sidecar's word goes before it.
    @Test
    void forgedHeadersSurviveNowhere() throws Exception {
        try (EchoUpstream app =
                new EchoUpstream(_ ->
                        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx-envoy-peer-metadata:"
                                + " Zm9yZ2Vk\r\nx-envoy-peer-metadata-id: forged\r\n\r\n")) {
            String response;
            try (SidecarPair pair = pair(app)) {
                response =
                        pair.get(
                                "/",
                                """
                                x-envoy-peer-metadata: Zm9yZ2Vk\r
                                x-envoy-peer-metadata-id: forged\r
                                """);
            }

            assertThat(response).startsWith("HTTP/1.1 200").doesNotContain("forged", "Zm9yZ2Vk");
            assertThat(app.requests().getFirst()).doesNotContain("x-envoy-peer-metadata");
            assertThat(Files.readString(logs.resolve("server.log"))).startsWith(PRODUCTPAGE);
            assertThat(Files.readString(logs.resolve("client.log"))).contains(" | " + RATINGS);
        }
    }

    @Test
    void servicesOutsideOfTheMeshAreToldNothing() throws Exception {
        try (EchoUpstream app = EchoUpstream.answering("hello");
                SidecarPair pair = pair(app)) {
            assertThat(pair.get("/external", "")).endsWith("hello");

            assertThat(app.requests().getFirst()).doesNotContain("x-envoy-peer-metadata");
        }
    }

    private SidecarPair pair(EchoUpstream app) throws Exception {
        return new SidecarPair(
                app.port(),
                logs,
                FORMAT,
                SidecarPair.METADATA_OUTBOUND + SidecarPair.ALPN,
                SidecarPair.METADATA_INBOUND);
    }
}
