package io.meltemi.proxy.cluster;

import java.util.ArrayList;
import java.util.List;

/// Which endpoints fail so much more often than the others, or so often at all, that they should
/// go. Immutable.
///
/// @param below those whose success rate is too far below the mean
/// @param failing those that fail too many of their requests
record SuccessRates(List<Endpoint> below, List<Endpoint> failing) {
    /// What an endpoint did in the last interval. Immutable.
    record Sample(Endpoint endpoint, long successes, long requests) {
        double rate() {
            return 100.0 * successes / requests;
        }
    }

    /// @param hosts how many endpoints there are, samples or not
    static SuccessRates of(List<Sample> samples, int hosts, OutlierSettings rules) {
        List<Endpoint> below = new ArrayList<>();
        List<Endpoint> failing = new ArrayList<>();
        OutlierSettings.SuccessRate rate = rules.successRate();
        OutlierSettings.FailurePercentage failure = rules.failurePercentage();
        if (hosts < rate.minimumHosts() && hosts < failure.minimumHosts()) {
            return new SuccessRates(below, failing);
        }
        List<Sample> comparable = atLeast(rate.requestVolume(), samples);
        if (!comparable.isEmpty() && comparable.size() >= rate.minimumHosts()) {
            double threshold = threshold(comparable, rate.stdevFactor());
            for (Sample sample : comparable) {
                if (sample.rate() < threshold) {
                    below.add(sample.endpoint());
                }
            }
        }
        List<Sample> countable = atLeast(failure.requestVolume(), samples);
        if (!countable.isEmpty() && countable.size() >= failure.minimumHosts()) {
            for (Sample sample : countable) {
                if (100 - sample.rate() >= failure.threshold()) {
                    failing.add(sample.endpoint());
                }
            }
        }
        return new SuccessRates(below, failing);
    }

    private static List<Sample> atLeast(int volume, List<Sample> samples) {
        return samples.stream().filter(s -> s.requests() > 0 && s.requests() >= volume).toList();
    }

    private static double threshold(List<Sample> samples, double stdevFactor) {
        double sum = 0;
        for (Sample sample : samples) {
            sum += sample.rate();
        }
        double mean = sum / samples.size();
        double variance = 0;
        for (Sample sample : samples) {
            variance += (sample.rate() - mean) * (sample.rate() - mean);
        }
        return mean - stdevFactor * Math.sqrt(variance / samples.size());
    }
}
