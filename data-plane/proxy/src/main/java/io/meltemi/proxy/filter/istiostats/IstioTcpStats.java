package io.meltemi.proxy.filter.istiostats;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.filter.network.NetworkConnection;
import io.meltemi.proxy.filter.network.NetworkFilter;
import io.meltemi.proxy.loop.Expiry;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.observe.ExchangeRecord;
import org.jspecify.annotations.Nullable;

/// Counts connections and their bytes by who called whom. Thread-safe: its series are.
final class IstioTcpStats implements NetworkFilter {
    private final Series series;
    private final Reporter reporter;
    private final long reportNanos;

    /// @param reportNanos how often a connection that is open counts; 0: at its end alone
    IstioTcpStats(Series series, Reporter reporter, long reportNanos) {
        this.series = series;
        this.reporter = reporter;
        this.reportNanos = reportNanos;
    }

    @Override
    public boolean onConnection(NetworkConnection connection) {
        new Watch(connection).begin();
        return true;
    }

    /// One connection until its end. Confined to its event loop.
    private final class Watch implements Expiry {
        private final NetworkConnection connection;
        private final RequestFacts facts;
        private final WorkerLoop loop;
        private final Timer timer = new Timer(this);
        private boolean opened;

        /// Istio: those that the connection had when it was first told of.
        private long flags;

        private long sent;
        private long received;

        Watch(NetworkConnection connection) {
            this.connection = connection;
            this.facts = connection.facts();
            this.loop = connection.loop();
        }

        void begin() {
            if (reportNanos > 0) {
                loop.timers().arm(timer, reportNanos);
            }
            // A turn later: who ends the connection has said why by then.
            connection.onClosed(() -> loop.eventLoop().execute(this::end));
        }

        @Override
        public void expired(Timer due) {
            ExchangeRecord record = connection.record();
            if (record != null && isPeerKnown(record)) {
                var _ = report(record);
            }
            loop.timers().arm(timer, reportNanos);
        }

        /// Istio: before that nothing is said of a connection, lest it be said of nobody.
        private boolean isPeerKnown(ExchangeRecord record) {
            return switch (reporter) {
                case SOURCE -> record.isUpstreamPeerSettled;
                case DESTINATION -> record.isDownstreamPeerSettled;
            };
        }

        /// A connection that no TCP proxy began with is not counted.
        private void end() {
            loop.timers().cancel(timer);
            ExchangeRecord record = connection.record();
            Combination found = record == null ? null : report(record);
            if (record != null && found != null) {
                found.add(Metric.TCP_CLOSED, record.worker, 1);
            }
        }

        private @Nullable Combination report(ExchangeRecord record) {
            flags = opened ? flags : record.responseFlagSequence;
            Combination found =
                    series.of(record.worker, loop.nanos()).ofConnection(record, facts, flags);
            if (found != null) {
                if (!opened) {
                    found.add(Metric.TCP_OPENED, record.worker, 1);
                }
                found.add(Metric.TCP_SENT, record.worker, record.bytesSent - sent);
                found.add(Metric.TCP_RECEIVED, record.worker, record.bytesReceived - received);
            }
            opened = true;
            sent = record.bytesSent;
            received = record.bytesReceived;
            return found;
        }
    }
}
