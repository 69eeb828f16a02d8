package io.meltemi.proxy.cluster;

/// How the requests of a cluster spread over its priorities, by how many endpoints of each are
/// healthy. Immutable.
///
/// Envoy: a level counts as whole while `healthy * 1.4` covers it; what one level cannot take, the
/// next one does. When all levels together cannot take everything, a level with too few healthy
/// endpoints goes into panic and uses all it has.
///
/// @param percent share of each level; the sum is 100 when there is any endpoint
/// @param panic whether a level uses unhealthy endpoints as well
@SuppressWarnings("ArrayRecordComponent") // nobody compares loads
record PriorityLoad(int[] percent, boolean[] panic) {
    private static final int OVERPROVISIONING = 140;

    static PriorityLoad of(int[] healthy, int[] total, double panicThreshold) {
        int levels = total.length;
        int[] health = new int[levels];
        int sum = 0;
        for (int i = 0; i < levels; i++) {
            health[i] = total[i] == 0 ? 0 : Math.min(100, OVERPROVISIONING * healthy[i] / total[i]);
            sum += health[i];
        }
        int normal = Math.min(100, sum);
        boolean[] panic = new boolean[levels];
        if (normal == 0) {
            return totalPanic(total, panic, panicThreshold);
        }
        int[] percent = new int[levels];
        int left = 100;
        int first = -1;
        for (int i = 0; i < levels; i++) {
            percent[i] = Math.min(left, health[i] * 100 / normal);
            left -= percent[i];
            if (first < 0 && health[i] > 0) {
                first = i;
            }
            panic[i] =
                    normal < 100 && total[i] > 0 && 100.0 * healthy[i] / total[i] < panicThreshold;
        }
        percent[first] += left;
        return new PriorityLoad(percent, panic);
    }

    /// Nothing is healthy: every level takes what its size is, if panic is allowed at all.
    private static PriorityLoad totalPanic(int[] total, boolean[] panic, double panicThreshold) {
        int[] percent = new int[total.length];
        int all = 0;
        for (int n : total) {
            all += n;
        }
        int left = 100;
        int first = -1;
        for (int i = 0; i < total.length; i++) {
            panic[i] = panicThreshold > 0;
            if (all > 0 && total[i] > 0) {
                percent[i] = 100 * total[i] / all;
                left -= percent[i];
                first = first < 0 ? i : first;
            }
        }
        if (first >= 0) {
            percent[first] += left;
        }
        return new PriorityLoad(percent, panic);
    }

    /// The level that a number from 0 to 99 falls into.
    int level(int hundredth) {
        int sum = 0;
        for (int i = 0; i < percent.length; i++) {
            sum += percent[i];
            if (hundredth < sum) {
                return i;
            }
        }
        return 0;
    }
}
