package io.meltemi.base.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ConsoleLogTest {
    @AfterEach
    void theJdksOwnIsBack() throws IOException {
        LogManager.getLogManager().readConfiguration();
    }

    @Test
    void aRecordIsOneLine() {
        ConsoleLog.configure();
        LogRecord record = new LogRecord(Level.WARNING, "the control plane is not there");
        record.setLoggerName("io.meltemi.x");

        assertThat(new SimpleFormatter().format(record))
                .matches(
                        "\\d\\d:\\d\\d:\\d\\d\\.\\d{3} WARNING io.meltemi.x: the control plane is not there\\R");
    }

    @Test
    void aWarningWithoutACauseIsNotShown() {
        ConsoleLog.configure();

        assertThat(Logger.getLogger("io.netty.bootstrap.Bootstrap").isLoggable(Level.WARNING))
                .isFalse();
        assertThat(Logger.getLogger("io.netty.channel").isLoggable(Level.WARNING)).isTrue();
    }
}
