package io.meltemi.proxy.listener;

import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.ExchangeRecord;
import org.jspecify.annotations.Nullable;

/// The access log lines of one connection: its listener's own, and the TCP proxy's. Confined to its
/// event loop.
final class ConnectionLogs {
    private final StartingConnection connection;
    private final long epochOffsetNanos;
    private @Nullable ListenerLog listenerLog;
    private @Nullable ExchangeRecord tcpRecord;
    private boolean unmatched;

    ConnectionLogs(StartingConnection connection, long epochOffsetNanos) {
        this.connection = connection;
        this.epochOffsetNanos = epochOffsetNanos;
        if (!connection.settings.accessLogs().isEmpty()) {
            ListenerLog its = new ListenerLog(record(null));
            listenerLog = its;
            connection.channel.closeFuture().addListener(_ -> logConnection(its));
        }
    }

    void noFilterChain() {
        unmatched = true;
    }

    /// Counts bytes from here on, for the listener's own log.
    void ready() {
        if (listenerLog != null) {
            listenerLog.record().downstream = connection.connectionRecord();
            connection.channel.pipeline().addLast(listenerLog);
        }
    }

    /// What a TCP proxy notes, once it has begun; else null.
    @Nullable ExchangeRecord tcpRecord() {
        return tcpRecord;
    }

    /// The record that a TCP proxy fills and logs.
    ExchangeRecord beginTcp(FilterChain chain) {
        ExchangeRecord record = record(connection.connectionRecord());
        record.filterChainName = chain.name();
        tcpRecord = record;
        return record;
    }

    /// A network filter ends the connection. A TCP proxy logs its connections, those it never got
    /// included; HTTP has no request yet.
    ///
    /// @param bytesHeld what had been read and goes nowhere
    void closedByFilter(@Nullable String details, @Nullable ResponseFlag flag, int bytesHeld) {
        FilterChain chain = connection.open.chain;
        ExchangeRecord record = tcpRecord;
        if (listenerLog != null) {
            end(listenerLog.record(), details, flag);
        }
        if (chain == null || !(chain.terminal() instanceof FilterChain.Terminal.Tcp(var tcp))) {
            return;
        }
        boolean begun = record != null;
        if (record == null) {
            record = record(connection.connectionRecord());
            record.isTcp = true;
            record.filterChainName = chain.name();
            record.endNanos = 0;
        }
        end(record, details, flag);
        record.bytesReceived += bytesHeld;
        if (!begun) {
            tcp.logging().logs().log(record);
        }
    }

    private static void end(
            ExchangeRecord record, @Nullable String details, @Nullable ResponseFlag flag) {
        record.connectionTerminationDetails = details;
        record.isClosedByFilter = true;
        if (flag != null) {
            record.addFlag(flag);
        }
    }

    /// A listener's own logs have a line for each of its connections, whatever became of it.
    private void logConnection(ListenerLog its) {
        ExchangeRecord record = its.record();
        record.isTcp = true;
        if (record.downstream == null) {
            record.downstream = connection.connectionRecord();
        }
        record.requestedServerName = connection.requestedServerName();
        FilterChain chain = connection.open.chain;
        record.filterChainName = chain == null ? null : chain.name();
        if (unmatched) {
            record.addFlag(ResponseFlag.NO_ROUTE_FOUND);
        }
        record.endNanos = record.sinceStart(connection.port.loop().nanos());
        connection.settings.accessLogs().log(record);
    }

    private ExchangeRecord record(@Nullable ConnectionRecord downstream) {
        long now = connection.port.loop().nanos();
        ExchangeRecord record = new ExchangeRecord(connection.port.loop().index());
        record.begin(epochOffsetNanos + now, now);
        record.downstream = downstream;
        record.requestedServerName = connection.requestedServerName();
        return record;
    }
}
