package io.meltemi.server.trust;

import io.meltemi.citadel.service.IssueEvent;
import io.meltemi.citadel.service.IssueListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The record of every request for a certificate, one JSON object a line. Thread-safe.
///
/// The file is bounded: when it is full it becomes `certificates.1.jsonl`, and so on up to 4. A
/// record that cannot be written is said on the log; certificates are issued all the same, since a
/// full disk must not end a mesh.
final class IssueLog implements IssueListener {
    static final String NAME = "certificates";
    private static final long MAX_BYTES = 10L << 20;
    private static final int OLDER = 4;
    private static final Logger LOG = LoggerFactory.getLogger(IssueLog.class);

    private final Path folder;
    private final long maxBytes;
    private final Clock clock;

    /// @throws IOException when the folder cannot be made
    IssueLog(Path folder, Clock clock) throws IOException {
        this(folder, MAX_BYTES, clock);
    }

    IssueLog(Path folder, long maxBytes, Clock clock) throws IOException {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.clock = clock;
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    @Override
    public void heard(IssueEvent event) {
        append(IssueLine.of(clock.instant(), event) + "\n");
    }

    private synchronized void append(String line) {
        Path file = file(0);
        try {
            if (Files.exists(file) && Files.size(file) + line.length() > maxBytes) {
                shift();
            }
            Files.writeString(
                    file,
                    line,
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            LOG.error("{} was not recorded: {}", line.strip(), e.toString());
        }
    }

    private void shift() throws IOException {
        for (int i = OLDER - 1; i >= 0; i--) {
            if (Files.exists(file(i))) {
                Files.move(file(i), file(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path file(int age) {
        return folder.resolve(age == 0 ? NAME + ".jsonl" : NAME + "." + age + ".jsonl");
    }
}
