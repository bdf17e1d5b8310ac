WITH cells AS
(SELECT CASE WHEN (CAST(referrals.[Referral Date] AS NVARCHAR(4000)) LIKE N'____-__-__%') THEN SUBSTRING(CAST(referrals.[Referral Date] AS NVARCHAR(4000)), 1, 10) WHEN (CAST(referrals.[Referral Date] AS NVARCHAR(4000)) LIKE N'__/__/____%') THEN SUBSTRING(CAST(referrals.[Referral Date] AS NVARCHAR(4000)), 1, 10) WHEN (CAST(referrals.[Referral Date] AS NVARCHAR(4000)) LIKE N'_/__/____%') THEN SUBSTRING(CAST(referrals.[Referral Date] AS NVARCHAR(4000)), 1, 9) WHEN (CAST(referrals.[Referral Date] AS NVARCHAR(4000)) LIKE N'__/_/____%') THEN SUBSTRING(CAST(referrals.[Referral Date] AS NVARCHAR(4000)), 1, 9) WHEN (CAST(referrals.[Referral Date] AS NVARCHAR(4000)) LIKE N'_/_/____%') THEN SUBSTRING(CAST(referrals.[Referral Date] AS NVARCHAR(4000)), 1, 8) WHEN (CAST(referrals.[Referral Date] AS NVARCHAR(4000)) LIKE N'__.__.____%') THEN SUBSTRING(CAST(referrals.[Referral Date] AS NVARCHAR(4000)), 1, 10) ELSE SUBSTRING(coalesce(trim(replace(replace(replace(replace(CAST(referrals.[Referral Date] AS NVARCHAR(4000)), '	', ' '), '
', ' '), '
', ' '), N' ', ' ')), ''), 1, 40) END AS referred_on, coalesce(trim(replace(replace(replace(replace(CAST(referrals.practice_id AS NVARCHAR(4000)), '	', ' '), '
', ' '), '
', ' '), N' ', ' ')), '') AS practice_id, CASE WHEN (trim(replace(replace(replace(replace(replace(replace(replace(lower(coalesce(trim(replace(replace(replace(replace(CAST(referrals.status AS NVARCHAR(4000)), '	', ' '), '
', ' '), '
', ' '), N' ', ' ')), '')), '-', ' '), '_', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) IN ('canceled', 'cancelled', 'declined', 'not accepted', 'refused', 'rejected')) THEN trim(replace(replace(replace(replace(replace(replace(replace(lower(coalesce(trim(replace(replace(replace(replace(CAST(referrals.status AS NVARCHAR(4000)), '	', ' '), '
', ' '), '
', ' '), N' ', ' ')), '')), '-', ' '), '_', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) WHEN (trim(replace(replace(replace(replace(replace(replace(replace(lower(coalesce(trim(replace(replace(replace(replace(CAST(referrals.status AS NVARCHAR(4000)), '	', ' '), '
', ' '), '
', ' '), N' ', ' ')), '')), '-', ' '), '_', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) IN ('duplicate')) THEN 'duplicate' WHEN (trim(replace(replace(replace(replace(replace(replace(replace(lower(coalesce(trim(replace(replace(replace(replace(CAST(referrals.status AS NVARCHAR(4000)), '	', ' '), '
', ' '), '
', ' '), N' ', ' ')), '')), '-', ' '), '_', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) IN ('ca', 'draft', 'incomplete', 'revoked')) THEN trim(replace(replace(replace(replace(replace(replace(replace(lower(coalesce(trim(replace(replace(replace(replace(CAST(referrals.status AS NVARCHAR(4000)), '	', ' '), '
', ' '), '
', ' '), N' ', ' ')), '')), '-', ' '), '_', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) ELSE '' END AS status, coalesce(trim(replace(replace(replace(replace(CAST(referrals.referral_id AS NVARCHAR(4000)), '	', ' '), '
', ' '), '
', ' '), N' ', ' ')), '') AS referral_id, CASE WHEN (CAST(referrals.seen_on AS NVARCHAR(4000)) LIKE N'____-__-__%') THEN SUBSTRING(CAST(referrals.seen_on AS NVARCHAR(4000)), 1, 10) WHEN (CAST(referrals.seen_on AS NVARCHAR(4000)) LIKE N'__/__/____%') THEN SUBSTRING(CAST(referrals.seen_on AS NVARCHAR(4000)), 1, 10) WHEN (CAST(referrals.seen_on AS NVARCHAR(4000)) LIKE N'_/__/____%') THEN SUBSTRING(CAST(referrals.seen_on AS NVARCHAR(4000)), 1, 9) WHEN (CAST(referrals.seen_on AS NVARCHAR(4000)) LIKE N'__/_/____%') THEN SUBSTRING(CAST(referrals.seen_on AS NVARCHAR(4000)), 1, 9) WHEN (CAST(referrals.seen_on AS NVARCHAR(4000)) LIKE N'_/_/____%') THEN SUBSTRING(CAST(referrals.seen_on AS NVARCHAR(4000)), 1, 8) WHEN (CAST(referrals.seen_on AS NVARCHAR(4000)) LIKE N'__.__.____%') THEN SUBSTRING(CAST(referrals.seen_on AS NVARCHAR(4000)), 1, 10) ELSE SUBSTRING(coalesce(trim(replace(replace(replace(replace(CAST(referrals.seen_on AS NVARCHAR(4000)), '	', ' '), '
', ' '), '
', ' '), N' ', ' ')), ''), 1, 40) END AS seen_on
FROM referrals),
repeated AS
(SELECT cells.referral_id AS referral_id
FROM cells
WHERE LEN(cells.referral_id) > 0 GROUP BY cells.referral_id
HAVING count(*) > 1)
 SELECT marked.referred_on, marked.practice_id, marked.status, marked.referral_id, marked.seen_on, count(*) AS counted
FROM (SELECT cells.referred_on AS referred_on, cells.practice_id AS practice_id, cells.status AS status, coalesce(repeated.referral_id, '') AS referral_id, cells.seen_on AS seen_on
FROM cells LEFT OUTER JOIN repeated ON cells.referral_id = repeated.referral_id) AS marked GROUP BY marked.referred_on, marked.practice_id, marked.status, marked.referral_id, marked.seen_on
