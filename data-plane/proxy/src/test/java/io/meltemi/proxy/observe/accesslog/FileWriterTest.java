package io.meltemi.proxy.observe.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.meltemi.proxy.observe.Exchanges;
import io.meltemi.proxy.observe.stats.StatsQuery;
import io.meltemi.proxy.observe.stats.StatsStore;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileWriterTest {
    @TempDir Path folder;

    private final StatsStore stats = new StatsStore(1);

    @Test
    void linesAreWrittenAtTheLatestWhenTheWriterCloses() throws Exception {
        try (FileWriter files = new FileWriter(stats, Duration.ofSeconds(1))) {
            AccessLogs logs = compile(files, "%RESPONSE_CODE%\n");
            logs.log(Exchanges.answered());
            logs.log(Exchanges.direct());
        }

        assertThat(file()).hasContent("200\n403\n");
    }

    @Test
    void aRenamedFileIsLeftAndMadeAnew() throws Exception {
        try (FileWriter files = new FileWriter(stats, Duration.ofSeconds(1))) {
            AccessLogs logs = compile(files, "%RESPONSE_CODE%\n");
            logs.log(Exchanges.answered());
            files.flush();
            Files.move(file(), folder.resolve("access.log.1"));

            logs.log(Exchanges.direct());
            files.flush();

            assertThat(folder.resolve("access.log.1")).hasContent("200\n");
            assertThat(file()).hasContent("403\n");
        }
    }

    @Test
    void linesOfAReplacedConfigurationAreNotLost() throws Exception {
        try (FileWriter files = new FileWriter(stats, Duration.ofSeconds(1))) {
            AccessLogs old = compile(files, "old\n");
            AccessLogs updated = compile(files, "new\n");
            old.log(Exchanges.answered());
            old.close();
            updated.log(Exchanges.answered());
            updated.close();

            assertThat(file()).hasContent("old\nnew\n");
        }
    }

    @Test
    void aLineThatFindsNoRoomIsDroppedAndCounted() {
        FileSink sink =
                new FileSink(
                        file(), 1, () -> {}, stats.scope("filesystem.").counter("write_dropped"));
        for (int i = 0; i < 300; i++) {
            sink.buffer(0).raw(new byte[1024]);
            sink.append(0);
        }

        assertThat(stats.text(StatsQuery.of(true, ""))).isEqualTo("filesystem.write_dropped: 44\n");
    }

    @Test
    void aRingGivesBackWhatWentInAcrossItsEdge() throws Exception {
        ByteRing ring = new ByteRing(16);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        for (int i = 0; i < 10; i++) {
            byte[] line = ("line " + i + "\n").getBytes(StandardCharsets.US_ASCII);
            assertThat(ring.offer(line, line.length)).isTrue();
            ring.drainTo(read);
        }

        assertThat(read.toString(StandardCharsets.US_ASCII))
                .startsWith("line 0\n")
                .endsWith("line 9\n");
        assertThat(read.size()).isEqualTo(70);
    }

    @Test
    void aFileThatCannotBeOpenedIsRefusedWithItsConfiguration() {
        try (FileWriter files = new FileWriter(stats, Duration.ofSeconds(1))) {
            AccessLog log = log(folder.resolve("no/such/folder/a.log"), "x");

            assertThatThrownBy(() -> TestCompilers.files(files).compile(List.of(log)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("access_log[0] test")
                    .hasMessageContaining("no/such/folder");
        }
    }

    @Test
    void anUnknownOperatorIsRefusedWithLogAndPosition() {
        try (FileWriter files = new FileWriter(stats, Duration.ofSeconds(1))) {
            assertThatThrownBy(() -> compile(files, "ab %NOPE%"))
                    .hasMessage(
                            "access_log[0] test: access log format at position 3: %NOPE% is no"
                                    + " command operator known here");
        }
    }

    private Path file() {
        return folder.resolve("access.log");
    }

    private AccessLogs compile(FileWriter files, String format) {
        return TestCompilers.files(files).compile(List.of(log(file(), format)));
    }

    private static AccessLog log(Path path, String format) {
        return AccessLog.newBuilder()
                .setName("test")
                .setTypedConfig(
                        Any.pack(
                                FileAccessLog.newBuilder()
                                        .setPath(path.toString())
                                        .setLogFormat(
                                                SubstitutionFormatString.newBuilder()
                                                        .setTextFormatSource(
                                                                DataSource.newBuilder()
                                                                        .setInlineString(format)))
                                        .build()))
                .build();
    }
}
