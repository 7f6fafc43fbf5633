import * as pulumi from "@pulumi/pulumi";
import * as trtc from "@pulumi/trtc";

const config = new pulumi.Config();

const lobby = new trtc.WebRecording("lobby", {
    recordUrl: "https://example.com/lobby",
    sdkAppId: config.requireNumber("sdkAppId"),
    storageParams: {
        cloudStorage: { region: "ap-singapore", bucket: config.require("bucket") },
    },
    publishCdnParams: [{ publishCdnUrl: config.requireSecret("streamUrl") }],
    webRecordVideoParams: { width: 1920, height: 1080, format: trtc.Format.Mp4 },
    maxDurationLimit: 7200,
    restartPolicy: trtc.RestartPolicy.Always,
});

export const taskId = lobby.taskId;
export const files = lobby.filePrefix;
