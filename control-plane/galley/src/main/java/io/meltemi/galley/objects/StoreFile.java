package io.meltemi.galley.objects;

import io.meltemi.galley.objects.ObjectStore.Contents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/// The one file of an embedded store, replaced as a whole: a line with the digest and the length of
/// what follows, then JSON. Immutable.
///
/// @param file its owner's only: it may hold private keys
record StoreFile(Path file) {
    private static final String FORMAT = "meltemi-objects 1";
    private static final int MOST_BYTES = 64 << 20;
    private static final int LONGEST_HEAD = 200;

    private static final FileAttribute<Set<PosixFilePermission>> OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /// What was written last; nothing when there is no file yet.
    ///
    /// @throws IOException when the file is not whole, saying what to do
    Contents read() throws IOException {
        if (!Files.exists(file)) {
            return Contents.EMPTY;
        }
        if (Files.size(file) > MOST_BYTES + LONGEST_HEAD) {
            throw torn("larger than " + MOST_BYTES + " bytes");
        }
        byte[] bytes = Files.readAllBytes(file);
        int end = 0;
        while (end < bytes.length && end < LONGEST_HEAD && bytes[end] != '\n') {
            end++;
        }
        String head = new String(bytes, 0, end, StandardCharsets.US_ASCII);
        byte[] body = Arrays.copyOfRange(bytes, Math.min(end + 1, bytes.length), bytes.length);
        String[] words = head.split(" ", -1);
        if (!head.startsWith(FORMAT + " ") || words.length != 4) {
            throw torn("it does not begin as such a file does");
        }
        if (!words[3].equals(Integer.toString(body.length))) {
            throw torn(body.length + " bytes where " + words[3] + " were written");
        }
        if (!words[2].equals(digest(body))) {
            throw torn("its content is not what was written");
        }
        return ObjectsText.read(new String(body, StandardCharsets.UTF_8));
    }

    private IOException torn(String why) {
        return new IOException(
                "%s is torn (%s): bring back a copy of it, or move it away to start with an empty store"
                        .formatted(file, why));
    }

    /// Replaces the file; when this returns it outlives a failure of power.
    void write(Contents contents) throws IOException {
        byte[] body = ObjectsText.write(contents).getBytes(StandardCharsets.UTF_8);
        if (body.length > MOST_BYTES) {
            throw new IOException(
                    "the store would hold %d bytes, more than %d: delete what nobody needs"
                            .formatted(body.length, MOST_BYTES));
        }
        byte[] head =
                "%s %s %d\n"
                        .formatted(FORMAT, digest(body), body.length)
                        .getBytes(StandardCharsets.US_ASCII);
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        try (FileChannel out =
                FileChannel.open(
                        part,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        OWNER)) {
            writeAll(out, head);
            writeAll(out, body);
            out.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        // The name is the folder's: without this an old file may be back after a failure.
        try (FileChannel folder =
                FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static void writeAll(FileChannel out, byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            out.write(left);
        }
    }

    private static String digest(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
