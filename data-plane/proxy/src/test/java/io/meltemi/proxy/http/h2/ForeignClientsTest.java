package io.meltemi.proxy.http.h2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// nghttp2's programs as clients, where they are installed.
final class ForeignClientsTest {
    private final Loopback loopback = new Loopback();

    @TempDir private Path folder;

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void nghttpPostsABodyAndGetsItBack() throws Exception {
        requireProgram("nghttp");
        Path body = folder.resolve("body");
        String text = "0123456789".repeat(30_000);
        Files.writeString(body, text);
        Channel server = loopback.serve(Http2Options.DEFAULTS, response -> new Echo(response));

        String out =
                run("nghttp", "-d", body.toString(), "http://127.0.0.1:" + Loopback.port(server));

        assertThat(out).isEqualTo(text);
    }

    @Test
    void h2loadLosesNoRequest() throws Exception {
        requireProgram("h2load");
        Channel server =
                loopback.serve(
                        Http2Options.DEFAULTS,
                        response -> {
                            response.sendHeaders(
                                    Loopback.headers(":status", "200", "content-length", "1024"),
                                    false);
                            response.sendData(Unpooled.wrappedBuffer(new byte[1024]), true);
                            return new RecordingReceiver();
                        });

        String out =
                run("h2load", "-n2000", "-c4", "-m20", "http://127.0.0.1:" + Loopback.port(server));

        assertThat(out).contains("2000 succeeded, 0 failed, 0 errored, 0 timeout");
    }

    private static void requireProgram(String name) {
        boolean found = false;
        for (String entry : System.getenv("PATH").split(File.pathSeparator, -1)) {
            found |= Files.isExecutable(Path.of(entry, name));
        }
        assumeTrue(found, name + " is not installed");
    }

    private String run(String... command) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Process process =
                new ProcessBuilder(List.of(command))
                        .redirectOutput(out.toFile())
                        .redirectError(folder.resolve("err").toFile())
                        .start();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ended within 30 s").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(out, StandardCharsets.UTF_8);
    }
}
