package io.meltemi.proxy.http.h2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The published corpus of broken frames (http2-frames), where it lies beside the project.
final class FrameCorpusTest {
    private static final Pattern WIRE = Pattern.compile("\"wire\":\\s*\"([0-9A-Fa-f]+)\"");

    @Test
    void everyBrokenFrameIsRefused() throws IOException {
        Optional<Path> corpus = corpus();
        assumeTrue(corpus.isPresent(), "shared/data/http2-frames is not there");
        try (Loopback loopback = new Loopback();
                Stream<Path> files = Files.list(corpus.orElseThrow().resolve("error"))) {
            Channel server = loopback.serve(Http2Options.DEFAULTS, _ -> new RecordingReceiver());
            List<Path> cases = files.sorted().toList();
            assertThat(cases).isNotEmpty();
            List<String> taken = new ArrayList<>();
            for (Path file : cases) {
                Matcher wire = WIRE.matcher(Files.readString(file));
                assertThat(wire.find()).as("%s has a wire image", file).isTrue();
                try (RawPeer peer = RawPeer.client(Loopback.port(server))) {
                    peer.bytes(HexFormat.of().parseHex(wire.group(1).toLowerCase(Locale.ROOT)));
                    if (file.getFileName().toString().startsWith("push_promise")) {
                        // These begin a header block; it is judged when it is complete.
                        peer.frame(RawPeer.CONTINUATION, RawPeer.END_HEADERS, 1);
                    }

                    // Answered only by who has taken all before it: no need to wait for silence.
                    peer.frame(RawPeer.PING, 0, 0, new byte[8]);

                    if (peer.awaitRefusal().equals("nothing")) {
                        taken.add(String.valueOf(file.getFileName()));
                    }
                }
            }
            assertThat(taken).isEmpty();
        }
    }

    private static Optional<Path> corpus() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path data = at.resolve("shared/data/http2-frames");
            if (Files.isDirectory(data)) {
                return Optional.of(data);
            }
        }
        return Optional.empty();
    }
}
