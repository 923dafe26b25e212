/** CLOCK_MONOTONIC in milliseconds: the same clock in every process of the machine, so times of two can be compared. */
export const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
